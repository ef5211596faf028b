import { readFileSync } from "node:fs";
import type { SegmentWriter } from "./segment-file.ts";

/** This process, so that others can tell whether it lives. */
export function thisWriter(): SegmentWriter {
  const started = startOf(process.pid);
  return { pid: process.pid, ...(started === undefined ? {} : { started }) };
}

/** Whether the process still lives that wrote this; a later one of the same id is another. */
export function isAlive({ pid, started }: SegmentWriter): boolean {
  if (started !== undefined) return startOf(pid) === started;
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return cause instanceof Error && "code" in cause && cause.code === "EPERM";
  }
}

/** When a process was started, in ticks since the boot (proc_pid_stat(5)). */
function startOf(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name, in parentheses, may hold spaces: the fields behind it begin with the third.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    // A zombie writes no more.
    return fields[0] === "Z" ? undefined : fields[19];
  } catch (cause) {
    if (cause instanceof Error) return undefined;
    throw cause;
  }
}
