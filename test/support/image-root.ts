import { chmodSync, chownSync, copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { cLibrary } from "../../adapters/c-library.ts";
import type { ImageFile, ImagePlan } from "../../core/image/image-plan.ts";
import { launch, type Started } from "./mlt.ts";
import { type TempDir, tempDir } from "./temp-dir.ts";

/** What it takes to run something in such a root. */
export const imageRootTools = ["root", "linux", "unshare", "tmpfs"] as const;

/** The files of an image in a folder, on nothing but the C library. */
export interface ImageRoot extends TempDir {
  /**
   * Starts a command as a container of the image would: as its user, where it says, with its variables and those of
   * `env`; it can write to the
   * image's empty folders, where a container would have volumes, and nowhere else.
   */
  run(command: readonly string[], env?: Readonly<Record<string, string>>): Started;
}

export function imageRoot(plan: ImagePlan): ImageRoot {
  const root = tempDir();
  chmodSync(root.path, 0o755);
  for (const folder of ["proc", "dev"]) mkdirSync(join(root.path, folder));
  for (const file of cLibrary()) place(root.path, file);
  for (const { files, folders = [] } of plan.layers) {
    for (const file of files) place(root.path, file);
    for (const { path, mode, uid, gid } of folders) {
      mkdirSync(join(root.path, path), { recursive: true });
      chmodSync(join(root.path, path), mode);
      chownSync(join(root.path, path), uid, gid);
    }
  }
  return { ...root, run: (command, env = {}) => enter(root.path, plan, command, env) };
}

function place(root: string, { path, mode, content }: ImageFile): void {
  const target = join(root, path);
  mkdirSync(dirname(target), { recursive: true });
  if (content instanceof Uint8Array) writeFileSync(target, content);
  else copyFileSync(content.source, target);
  chmodSync(target, mode);
}

/** Mounts of a namespace of its own: they go with the process. The folders come first among the arguments, then `--`. */
const mounts = `
  mount --bind "$0" "$0" &&
  while [ "$1" != -- ]; do mount --bind "$0/$1" "$0/$1" && shift || exit 1; done && shift &&
  mount -o remount,bind,ro "$0" && mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" &&
  exec unshare "$@"`;

function enter(
  root: string,
  { runtime: { user, workingDir, env }, layers }: ImagePlan,
  command: readonly string[],
  ownEnv: Readonly<Record<string, string>>,
): Started {
  const volumes = layers.flatMap(({ folders = [] }) => folders.map(({ path }) => path));
  const [uid = "", gid = ""] = user.split(":");
  const inside = [`--root=${root}`, `--wd=${workingDir}`, `--setuid=${uid}`, `--setgid=${gid}`];
  return launch(["unshare", "--mount", "sh", "-c", mounts, root, ...volumes, "--", ...inside, ...command], {
    cwd: "/",
    env: { ...env, ...ownEnv },
  });
}
