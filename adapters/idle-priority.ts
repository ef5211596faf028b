import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { constants, setPriority } from "node:os";

/** The policy SCHED_IDLE of sched(7). */
const idlePolicy = 5;

/**
 * Has this process run only where no other one wants to, if the system knows such a thing, and with a low priority else.
 * Nobody but the superuser can take it back.
 *
 * A low priority is not enough on Linux since 6.6: its scheduler lets whatever runs finish its slice of some
 * milliseconds, and the others wait.
 */
export function runWhenIdle(): void {
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  if (process.platform !== "linux" || process.versions.bun === undefined) return;
  const { dlopen } = createRequire(import.meta.url)("bun:ffi");
  const { symbols } = dlopen("libc.so.6", {
    sched_setscheduler: { args: ["i32", "i32", "ptr"], returns: "i32" },
  });
  // Every thread has a policy of its own; those that are made later take their maker's.
  for (const thread of readdirSync("/proc/self/task")) {
    symbols.sched_setscheduler(Number(thread), idlePolicy, new Int32Array([0]));
  }
}

/** Has this process take a small share of a machine that others are busy on. */
export function runBesideOthers(): void {
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
}
