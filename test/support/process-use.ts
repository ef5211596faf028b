import { readdirSync, readFileSync } from "node:fs";

/** Bytes of memory that a process of Linux holds. */
export function residentBytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return 1024 * Number(kilobytes);
}

/** Files and connections that a process of Linux has open. */
export function openFiles(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** Resolves when the process has at most so many open; asks it for something between two looks. */
export async function filesAreAtMost(pid: number, files: number, ask: () => Promise<unknown>): Promise<void> {
  do await ask();
  while (openFiles(pid) > files);
}
