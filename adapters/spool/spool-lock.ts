import { createHash } from "node:crypto";
import { mkdir, rm, stat } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The right to deliver what a folder holds. */
export interface SpoolLock {
  release(): void;
}

/** The right to deliver what the folder holds, which one process has at a time; `undefined` while another has it. */
export async function tryLock(dir: string): Promise<SpoolLock | undefined> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  // Not the path: containers may see other folders under the same, and the same under others.
  const { dev, ino } = await stat(dir, { bigint: true });
  const id = createHash("sha256").update(`${dev} ${ino}`).digest("hex").slice(0, 32);
  // On Linux a name without a file: it goes with the process, whatever ends that.
  if (process.platform === "linux") return await claim(`\0mlt-spool-${id}`);
  return await claimFile(join(tmpdir(), `mlt-${id}.sock`));
}

/** As `claim`, of a name that stays in the way when the process that has it is killed. */
async function claimFile(path: string): Promise<SpoolLock | undefined> {
  const claimed = await claim(path);
  if (claimed !== undefined || (await answers(path))) return claimed;
  await rm(path, { force: true });
  return await claim(path);
}

async function claim(name: string): Promise<SpoolLock | undefined> {
  const server = createServer((connection) => connection.destroy());
  if (!(await listens(server, name))) return undefined;
  server.unref();
  return { release: () => void server.close() };
}

function listens(server: Server, name: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) =>
      cause.code === "EADDRINUSE" ? resolve(false) : reject(cause),
    );
    server.listen(name, () => resolve(true));
  });
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(path);
    connection.once("error", () => resolve(false));
    connection.once("connect", () => {
      connection.destroy();
      resolve(true);
    });
  });
}
