/** One answered request. */
export interface Answered {
  readonly status: number;
  readonly modelId: string | null;
  readonly text: string;
}

export interface Asking {
  /** Every answer so far. */
  readonly answers: readonly Answered[];
  /** Requests that got no answer. */
  readonly failures: readonly unknown[];
  /** Resolves once an answer is this model's. */
  answeredBy(modelId: string): Promise<void>;
  /** Ends when every request is answered. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Asks over several connections, each the next request after the answer to the one before, until the block ends. */
export function keepAsking(ask: () => Promise<Response>, connections: number): Asking {
  const answers: Answered[] = [];
  const failures: unknown[] = [];
  const waiting = new Map<string, () => void>();
  let ended = false;
  const connection = async () => {
    while (!ended) {
      try {
        const response = await ask();
        const modelId = response.headers.get("x-model-id");
        answers.push({ status: response.status, modelId, text: await response.text() });
        waiting.get(modelId ?? "")?.();
      } catch (cause) {
        failures.push(cause);
      }
    }
  };
  const running = Array.from({ length: connections }, connection);
  return {
    answers,
    failures,
    answeredBy: (modelId) => new Promise((resolve) => waiting.set(modelId, resolve)),
    async [Symbol.asyncDispose]() {
      ended = true;
      await Promise.all(running);
    },
  };
}
