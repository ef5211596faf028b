import { readFileSync } from "node:fs";

/** The process that writes a segment: it lives as long as a process of that id has that start, in that boot. */
export interface SegmentWriter {
  readonly pid: number;
  /** Field 22 of /proc/pid/stat behind the id of the boot; absent off Linux. */
  readonly started?: string;
}

/** This process, so that others can tell whether it lives. */
export function thisWriter(): SegmentWriter {
  const started = startOf(process.pid);
  return { pid: process.pid, ...(started === undefined ? {} : { started }) };
}

/** Whether the process still lives that wrote this; a later one of the same id is another, as each container's first is. */
export function isAlive({ pid, started }: SegmentWriter): boolean {
  if (started !== undefined) return startOf(pid) === started;
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return cause instanceof Error && "code" in cause && cause.code === "EPERM";
  }
}

/** Which boot, and how many ticks after it the process was started (proc_pid_stat(5)). */
function startOf(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name, in parentheses, may hold spaces: the fields behind it begin with the third.
    const [state = "", ...fields] = text.slice(text.lastIndexOf(")") + 2).split(" ");
    // One that has ended and was not waited for writes no more.
    if (state === "Z" || state === "X") return undefined;
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${boot}/${fields[18]}`;
  } catch (cause) {
    if (cause instanceof Error) return undefined;
    throw cause;
  }
}
