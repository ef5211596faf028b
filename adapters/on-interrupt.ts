const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Cleans up, at once and synchronously, where a signal ends this process meanwhile; it ends by that signal all the same.
 *
 * @returns stops that
 */
export function onInterrupt(cleanUp: () => void): () => void {
  const interrupted = (signal: NodeJS.Signals) => {
    stop();
    cleanUp();
    process.kill(process.pid, signal);
  };
  const stop = () => {
    for (const signal of signals) process.off(signal, interrupted);
  };
  for (const signal of signals) process.once(signal, interrupted);
  return stop;
}
