import { spawnSync } from "node:child_process";

/** The id of a process that has ended. */
export function deadPid(): number {
  return spawnSync("true").pid;
}
