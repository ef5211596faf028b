const names = ["SIGINT", "SIGTERM"] as const;

/** `timeout` and the like signal a process and then its whole group: for this long it is the same signal. */
const echoMs = 100;

/** Signals that ask this process to end. */
export interface EndSignals {
  readonly first: Promise<NodeJS.Signals>;
  /** Somebody will not wait for what the first one began. */
  readonly second: Promise<NodeJS.Signals>;
}

/** Takes the signals from now on: none of them ends the process any more. */
export function endSignals(): EndSignals {
  const first = Promise.withResolvers<NodeJS.Signals>();
  const second = Promise.withResolvers<NodeJS.Signals>();
  let firstMs: number | undefined;
  const take = (signal: NodeJS.Signals) => {
    firstMs ??= performance.now();
    first.resolve(signal);
    if (performance.now() - firstMs > echoMs) second.resolve(signal);
  };
  for (const name of names) process.on(name, take);
  return { first: first.promise, second: second.promise };
}

/** Ends this process as the signal would have, had nobody taken it. */
export function endBy(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
