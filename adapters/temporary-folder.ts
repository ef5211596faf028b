import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";

export interface TemporaryFolder {
  /** How its path begins: the process and a random part follow. */
  readonly prefix: string;
  /** Permissions, of which the umask takes away. */
  readonly mode: number;
}

/**
 * How a folder names the process that it belongs to.
 * Containers that share a volume have process ids of their own, so the host is part of it.
 */
export function ownerMark(pid: number): string {
  return `${hostname().replace(/[^A-Za-z0-9]/g, "_")}-${pid}`;
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Gives `work` a new folder, and removes what is left at its path afterwards: nothing when `work` renamed it.
 * A signal that ends the process meanwhile leaves nothing either; what a killed process left goes with the next call.
 */
export async function withTemporaryFolder<Result>(
  { prefix, mode }: TemporaryFolder,
  work: (path: string) => Promise<Result>,
): Promise<Result> {
  const path = await ownedPath(prefix);
  const interrupted = (signal: NodeJS.Signals) => {
    stopListening();
    rmSync(path, { recursive: true, force: true });
    process.kill(process.pid, signal);
  };
  const stopListening = () => {
    for (const signal of signals) process.off(signal, interrupted);
  };
  for (const signal of signals) process.once(signal, interrupted);
  try {
    await mkdir(path, { mode });
    return await work(path);
  } finally {
    stopListening();
    await rm(path, { recursive: true, force: true });
  }
}

/** A path for a new folder of this process; what killed processes left beside it goes. */
export async function ownedPath(prefix: string): Promise<string> {
  await removeAbandoned(prefix);
  return `${prefix}${ownerMark(process.pid)}-${randomUUID().slice(0, 8)}`;
}

async function removeAbandoned(prefix: string): Promise<void> {
  const [folder, start] = [dirname(prefix), basename(prefix)];
  for (const name of await readdir(folder)) {
    const pid = name.startsWith(start)
      ? Number(/^\w+-(\d+)/.exec(name.slice(start.length))?.[1])
      : Number.NaN;
    const isOurs = name.startsWith(start + ownerMark(pid));
    if (isOurs && !isRunning(pid)) await rm(join(folder, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    // A process of somebody else's is running too.
    return cause instanceof Error && "code" in cause && cause.code === "EPERM";
  }
}
