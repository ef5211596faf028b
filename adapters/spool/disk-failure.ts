/** There is no room within the bounds of the spool. */
export class SpoolFull extends Error {
  override readonly name = "SpoolFull";
}

/** Whether a disk, or what may be taken of it, is the matter; anything else that is thrown is a bug. */
export function isDiskFailure(cause: unknown): cause is Error {
  return cause instanceof SpoolFull || systemCode(cause) !== undefined;
}

/** What the system says against what was asked of it, such as `ENOSPC`. */
export function systemCode(cause: unknown): string | undefined {
  return cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : undefined;
}

/** Whether there is no space left on the disk. */
export function isFullDisk(cause: unknown): boolean {
  const code = systemCode(cause);
  return code === "ENOSPC" || code === "EDQUOT";
}

/** Why a folder cannot be written, in words for an operator. */
export function failureText(cause: Error, dir: string): string {
  const code = systemCode(cause);
  switch (code) {
    case undefined:
      return cause.message;
    case "ENOSPC":
    case "EDQUOT":
      return `no space is left for "${dir}"`;
    case "EROFS":
    case "EACCES":
    case "EPERM":
      return `"${dir}" cannot be written`;
    case "ENOTDIR":
    case "EEXIST":
      return `"${dir}" is no folder`;
    default:
      return `"${dir}" fails with ${code}`;
  }
}
