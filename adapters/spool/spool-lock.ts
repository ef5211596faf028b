import { createHash } from "node:crypto";
import { realpath } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";

/** The right to deliver what a folder holds. */
export interface SpoolLock {
  release(): void;
}

/** The right to deliver what the folder holds, which one process has at a time; `undefined` while another has it. */
export async function tryLock(dir: string): Promise<SpoolLock | undefined> {
  const path = await realpath(dir);
  // On Linux a name without a file: it goes with the process, whatever ends that.
  const name =
    process.platform === "linux"
      ? `\0mlt-spool-${createHash("sha256").update(path).digest("hex").slice(0, 32)}`
      : join(path, "sender.sock");
  const claim = createServer();
  const taken = await new Promise<boolean>((resolve, reject) => {
    claim.once("error", (cause: NodeJS.ErrnoException) =>
      cause.code === "EADDRINUSE" ? resolve(false) : reject(cause),
    );
    claim.listen(name, () => resolve(true));
  });
  if (!taken) return undefined;
  claim.unref();
  return { release: () => void claim.close() };
}
