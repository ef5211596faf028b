import { close, fsync, open } from "node:fs";

/** Called once what was asked for is on the disk, or with what the system says against it. */
export type SyncDone = (cause: NodeJS.ErrnoException | null) => void;

/** Has the names of a folder's files written through to the disk, where there is one. */
export function syncFolder(dir: string, done: SyncDone): void {
  open(dir, "r", (cause, folder) => {
    if (cause !== null) done(cause.code === "ENOENT" ? null : cause);
    else {
      // Some file systems cannot, and need not.
      fsync(folder, (failure) => close(folder, () => done(failure?.code === "EINVAL" ? null : failure)));
    }
  });
}
