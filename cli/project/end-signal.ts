/** The first signal that asks to end; after it, any of them ends the process at once. */
export function endSignal(): Promise<NodeJS.Signals> {
  const signals = ["SIGINT", "SIGTERM"] as const;
  return new Promise((resolve) => {
    const take = (signal: NodeJS.Signals) => {
      for (const each of signals) process.off(each, take);
      resolve(signal);
    };
    for (const signal of signals) process.on(signal, take);
  });
}
