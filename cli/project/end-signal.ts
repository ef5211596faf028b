import { setTimeout as delay } from "node:timers/promises";

const signals = ["SIGINT", "SIGTERM"] as const;

/** `timeout` and the like signal a process and then its whole group: for this long it is the same signal. */
const echoMs = 100;

/** The first signal that asks to end; after it, any of them ends the process at once. */
export function endSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    const take = (signal: NodeJS.Signals) => {
      setTimeout(() => {
        for (const each of signals) process.off(each, take);
      }, echoMs).unref();
      resolve(signal);
    };
    for (const signal of signals) process.on(signal, take);
  });
}

/** The same for a worker, which more signals do not end: a terminal's reaches it as well as its parent, who decides. */
export function workerEndSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of signals) process.on(signal, resolve);
  });
}

/** A signal that asks once more, after the first: who waits for it has to end the process. */
export async function secondSignal(): Promise<NodeJS.Signals> {
  await delay(echoMs, undefined, { ref: false });
  return await new Promise((resolve) => {
    for (const signal of signals) process.once(signal, resolve);
  });
}
