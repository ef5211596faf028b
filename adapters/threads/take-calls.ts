import { parentPort } from "node:worker_threads";
import type { DoPart } from "../../core/learn/threads.ts";
import { Control } from "./control.ts";

/** What a thread is sent for one piece of work. */
export interface Call {
  readonly work: string;
  readonly shared: object;
  readonly control: SharedArrayBuffer;
}

/** Makes this thread one of a team whenever it is called: it takes parts until the work ends. */
export function takeCalls(works: Readonly<Record<string, (shared: never) => DoPart>>): void {
  parentPort?.on("message", (call: Call) => {
    const prepare = works[call.work];
    if (prepare === undefined) throw new RangeError(`There is no work "${call.work}"`);
    // Sent by `team` for this very work.
    const doPart = prepare(call.shared as never);
    const control = new Control(call.control);
    while (control.waitForParts()) doParts(doPart, control);
  });
}

/** Takes parts of the step for as long as there are any. */
export function doParts(doPart: DoPart, control: Control): void {
  for (let part = control.take(); part !== undefined; part = control.take()) {
    try {
      doPart(part, control.numbers);
    } catch (cause) {
      control.fail(cause);
    }
    control.finish();
  }
}
