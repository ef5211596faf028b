import { imagePaths } from "../../core/image/production-plan.ts";

/** What runs a program in the root of an image without an engine for containers. */
export type SandboxKind = "chroot" | "bubblewrap";

/** A program in the unpacked root of an image. */
export interface Sandboxed {
  readonly root: string;
  /** `uid:gid` */
  readonly user: string;
  readonly workingDir: string;
  /** `NAME=value` */
  readonly env: readonly string[];
  readonly command: readonly string[];
}

/** Of this machine, by their full paths: the image's own PATH leads elsewhere. */
export type ProgramPath = (name: string) => string;

const spool = `/${imagePaths.spool}`;

/** Folders of the root that something is mounted at. */
export const mountPoints = ["/proc", "/dev", spool];

/** Mounts of a namespace of its own: they go with the process, which stays the same one to the end. */
const chrootScript = `set -e
root=$0 uid=$1 gid=$2; shift 2
mount --bind "$root" "$root"
mount -o remount,bind,ro,nosuid "$root"
mount -t proc proc "$root/proc"
mount -t tmpfs -o "mode=0750,uid=$uid,gid=$gid,size=64m,noexec,nosuid" tmpfs "$root${spool}"
mount -t tmpfs -o mode=0755,size=64k tmpfs "$root/dev"
for device in null zero random urandom; do
  : >"$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
mount -o remount,ro "$root/dev"
exec setpriv --no-new-privs env -i "$@"`;

/** The command for the superuser, by util-linux alone. */
export function chrootCommand(
  { root, user, workingDir, env, command }: Sandboxed,
  path: ProgramPath,
): string[] {
  const [uid = "", gid = ""] = user.split(":");
  return [
    ...[path("unshare"), "--mount", "--ipc", "--uts", path("sh"), "-c", chrootScript, root, uid, gid, ...env],
    ...[path("unshare"), `--root=${root}`, `--wd=${workingDir}`, `--setgid=${gid}`, `--setuid=${uid}`],
    ...command,
  ];
}

/** The command for any user, where the system lets one have namespaces. */
export function bubblewrapCommand(
  { root, user, workingDir, env, command }: Sandboxed,
  path: ProgramPath,
): string[] {
  const [uid = "", gid = ""] = user.split(":");
  return [
    ...[path("bwrap"), "--ro-bind", root, "/", "--proc", "/proc", "--dev", "/dev", "--tmpfs", spool],
    ...["--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--uid", uid, "--gid", gid],
    ...[
      "--cap-drop",
      "ALL",
      "--new-session",
      "--die-with-parent",
      "--as-pid-1",
      "--chdir",
      workingDir,
      "--clearenv",
    ],
    ...env.flatMap((variable) => {
      const [name = ""] = variable.split("=", 1);
      return ["--setenv", name, variable.slice(name.length + 1)];
    }),
    ...["--", ...command],
  ];
}
