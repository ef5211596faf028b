import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { tempDir } from "./temp-dir.ts";

export interface SmallDisk {
  readonly path: string;
  /** Changes an option of the mount: `ro`, `rw`. */
  remount(option: string): void;
  [Symbol.dispose](): void;
}

/**
 * A disk of so many bytes, in memory, mounted until the block that it was made in ends; needs the tool `tmpfs`.
 *
 * @param options  further mount options, such as `noexec`
 */
export function smallDisk(bytes: number, ...options: string[]): SmallDisk {
  const dir = tempDir();
  run("mount", ["-t", "tmpfs", "-o", [`size=${bytes}`, "mode=755", ...options].join(), "tmpfs", dir.path]);
  return {
    path: dir.path,
    remount: (option) => run("mount", ["-o", `remount,${option}`, dir.path]),
    [Symbol.dispose]() {
      // Lazily: what a test has open there is closed a moment later.
      run("umount", ["-l", dir.path]);
      dir[Symbol.dispose]();
    },
  };
}

/** Fills a disk to its last byte. @returns the file that does */
export function fillDisk(dir: string): string {
  const path = join(dir, "filler");
  for (let size = 1_048_576; size >= 1; size >>= 1) {
    try {
      for (;;) writeFileSync(path, new Uint8Array(size), { flag: "a" });
    } catch (cause) {
      if (!(cause instanceof Error) || !("code" in cause) || cause.code !== "ENOSPC") throw cause;
    }
  }
  return path;
}

function run(program: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(program, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${stderr}`);
}
