/** What the service says of its prediction log. */
export interface LogCounts {
  readonly written: number;
  readonly delivered: ReadonlyMap<string, number>;
  readonly dropped: number;
  /** Over all sinks; NaN while that of one is not known yet. */
  readonly pending: number;
}

/** Reads the counts off `/metrics`. */
export async function logCounts(url: string): Promise<LogCounts> {
  const text = await (await fetch(new URL("/metrics", url))).text();
  const series = (name: string) =>
    Array.from(
      text.matchAll(new RegExp(`^mlt_prediction_log_${name}\\{sink="([^"]*)"\\} (\\S+)$`, "gm")),
      ([, sink = "", value]) => [sink, Number(value)] as const,
    );
  const sum = (name: string) => series(name).reduce((total, [, value]) => total + value, 0);
  return {
    written: sum("written_total"),
    delivered: new Map(series("delivered_total")),
    dropped: sum("dropped_total"),
    // Drops are told of every sink from the first moment, and of the spool.
    pending: series("pending").length + 1 < series("dropped_total").length ? Number.NaN : sum("pending"),
  };
}

/** Waits until every sink has everything. @throws {Error} when nothing moves for a minute */
export async function delivered(url: string): Promise<LogCounts> {
  let least = Number.POSITIVE_INFINITY;
  let movedMs = performance.now();
  for (;;) {
    const counts = await logCounts(url);
    if (counts.pending === 0) return counts;
    if (counts.pending < least) {
      least = counts.pending;
      movedMs = performance.now();
    }
    if (performance.now() - movedMs > 60_000) throw new Error(`${counts.pending} records are not delivered`);
    await new Promise((wait) => setTimeout(wait, 250));
  }
}
