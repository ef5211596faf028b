import { readFile, statfs } from "node:fs/promises";
import { createServer } from "node:net";

/** How many areas of memory a process may have; `undefined` where the system does not say. */
export async function maxMapCount(): Promise<number | undefined> {
  const text = await readFile("/proc/sys/vm/max_map_count", "utf8").catch(() => "");
  return /^\d+$/.test(text.trim()) ? Number(text) : undefined;
}

/** Memory that processes could still get, in MiB; `undefined` where the system does not say. */
export async function availableMebibytes(): Promise<number | undefined> {
  const text = await readFile("/proc/meminfo", "utf8").catch(() => "");
  const kibibytes = /^MemAvailable:\s+(\d+) kB$/m.exec(text)?.[1];
  return kibibytes === undefined ? undefined : Math.floor(Number(kibibytes) / 1_024);
}

/** How full the disk of a folder is, from 0 to 1; `undefined` where this user cannot tell. */
export async function diskUse(folder: string): Promise<number | undefined> {
  const found = await statfs(folder).catch(() => undefined);
  return found === undefined || found.blocks === 0 ? undefined : 1 - found.bavail / found.blocks;
}

/** Why nothing can listen on the port of this address, as the system calls it: `EADDRINUSE`; `undefined` where it can. */
export async function portTrouble(host: string, port: number): Promise<string | undefined> {
  const server = createServer();
  return await new Promise<string | undefined>((resolve) => {
    server.once("error", (error) => resolve("code" in error ? String(error.code) : error.message));
    server.listen({ host, port, exclusive: true }, () => resolve(undefined));
  }).finally(() => server.close());
}
