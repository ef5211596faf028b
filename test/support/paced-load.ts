/** What came of requests at a steady pace. */
export interface PacedOutcome {
  /** How often each status was answered, by status. */
  readonly statuses: Readonly<Record<number, number>>;
  /** When requests were sent that got no answer, in seconds since the first, and why: `3.250: ECONNREFUSED …`. */
  readonly failures: readonly string[];
}

export interface PacedLoad {
  /** Requests answered so far. */
  answered(): number;
  /** Sends no more, and resolves once every request has come to its end. */
  end(): Promise<PacedOutcome>;
}

/**
 * Sends requests at a steady pace, however long answers take: none waits for the one before, as those of many clients
 * do not.
 */
export function pacedLoad(ask: () => Promise<Response>, perSecond: number): PacedLoad {
  const statuses: Record<number, number> = {};
  const failures: string[] = [];
  const open = new Set<Promise<void>>();
  const start = performance.now();
  const one = async () => {
    const at = (performance.now() - start) / 1_000;
    try {
      const response = await ask();
      await response.arrayBuffer();
      statuses[response.status] = (statuses[response.status] ?? 0) + 1;
    } catch (cause) {
      failures.push(`${at.toFixed(3)}: ${cause}`);
    }
  };
  let sent = 0;
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - start) / 1_000) * perSecond);
    for (; sent < due; sent++) {
      const asked = one().finally(() => open.delete(asked));
      open.add(asked);
    }
  }, 5);
  return {
    answered: () => Object.values(statuses).reduce((sum, count) => sum + count, 0),
    async end() {
      clearInterval(timer);
      await Promise.all(open);
      return { statuses, failures };
    },
  };
}
