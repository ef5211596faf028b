import { Worker } from "node:worker_threads";
import { oneThread, type Team, type Threads, type Work } from "../../core/learn/threads.ts";
import { embedded } from "../embedded.ts";
import { Control } from "./control.ts";
import { type Call, doParts } from "./take-calls.ts";

/**
 * Threads of this process. The others start with the first piece of work, wait for the next, and end with the process;
 * one that is late, or could not start, is not waited for: its parts are done by the rest.
 *
 * @param count  asked whenever there is work
 * @param module  what a thread runs: it calls `takeCalls`
 */
export function workerThreads(count: () => number, module: URL | string = threadModule()): Threads {
  const others: Worker[] = [];
  return {
    get count() {
      return count();
    },
    allocate: (sizeBytes) =>
      count() === 1 ? oneThread.allocate(sizeBytes) : new SharedArrayBuffer(sizeBytes),
    team(work, shared) {
      const wanted = count() - 1;
      if (wanted === 0) return oneThread.team(work, shared);
      while (others.length < wanted) others.push(startThread(module));
      return teamOf(work, shared, others.slice(0, wanted));
    },
  };
}

function teamOf<Shared extends object>(work: Work<Shared>, shared: Shared, others: readonly Worker[]): Team {
  const memory = Control.allocate();
  const control = new Control(memory);
  const call: Call = { work: work.name, shared, control: memory };
  for (const other of others) other.postMessage(call);
  const doPart = work.prepare(shared);
  return {
    run(nParts, numbers) {
      control.begin(nParts, numbers);
      doParts(doPart, control);
      control.waitForAll(nParts);
    },
    [Symbol.dispose]: () => control.end(),
  };
}

function startThread(module: URL | string): Worker {
  const worker = new Worker(module);
  // The process does not wait for it, and goes on without it.
  worker.unref();
  worker.on("error", () => undefined);
  return worker;
}

/** The binary holds the module as an entry of its own. */
function threadModule(): URL | string {
  return embedded === undefined ? new URL("./thread.ts", import.meta.url) : "./adapters/threads/thread.ts";
}
