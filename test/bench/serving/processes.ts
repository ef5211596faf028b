import { readdirSync, readFileSync } from "node:fs";

/** What a process and all that it started use together. */
export interface Usage {
  /** Resident memory; what processes share counts for each of them. */
  readonly megabytes: number;
  /** Time on a core since they started. */
  readonly cpuSeconds: number;
}

const pageBytes = 4096;
const ticksPerSecond = 100;

/** Adds up what /proc says of the processes and their descendants. */
export function usage(pids: readonly number[]): Usage {
  const stats = processTree(pids);
  return {
    megabytes: (stats.reduce((sum, { pages }) => sum + pages, 0) * pageBytes) / 1e6,
    cpuSeconds: stats.reduce((sum, { ticks }) => sum + ticks, 0) / ticksPerSecond,
  };
}

interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  readonly pages: number;
  readonly ticks: number;
}

/** The processes and their descendants that live. */
export function processTree(pids: readonly number[]): ProcessStat[] {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => processStat(Number(name)));
  const found = new Set(pids);
  // A child may have a lower id than its parent, so one pass is not enough.
  for (let before = 0; before !== found.size; ) {
    before = found.size;
    for (const { pid, parent } of all) if (found.has(parent)) found.add(pid);
  }
  return all.filter(({ pid }) => found.has(pid));
}

/** Empty for a process that ended meanwhile. */
function processStat(pid: number): ProcessStat[] {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch (error) {
    if (error instanceof Error) return [];
    throw error;
  }
  // The name, in parentheses, may hold spaces; the fields after it are counted from the third on (proc_pid_stat(5)).
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const field = (number: number) => Number(fields[number - 3]);
  return [{ pid, parent: field(4), pages: field(24), ticks: field(14) + field(15) }];
}
