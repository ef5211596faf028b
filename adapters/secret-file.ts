import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { MltError } from "../core/errors.ts";

/** Far more than any secret has, and little enough to read a device or a log by mistake without harm. */
const largestBytes = 64 * 1024;

/**
 * Reads the text of a secret's file, such as one that Docker or Kubernetes mounts.
 *
 * @param variable  the variable that names the file, for errors: its value may be a secret that was put there by mistake
 * @throws {MltError} when it cannot be read, is no regular file, is too long, or is no text
 */
export async function readSecretFile(path: string, variable: string): Promise<string> {
  const refused = (reason: string, cause?: unknown) =>
    new MltError(`Cannot read the file that ${variable} names: ${reason}`, {
      hint: `Set ${variable} to the path of a file with nothing but the secret in it, or leave it unset.`,
      cause,
    });
  // Opening a pipe would otherwise wait for whoever writes to it.
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((cause: unknown) => {
    throw refused(reasonOf(cause), cause);
  });
  try {
    return await regularText(handle, refused);
  } finally {
    await handle.close();
  }
}

async function regularText(handle: FileHandle, refused: (reason: string) => MltError): Promise<string> {
  const stat = await handle.stat();
  if (!stat.isFile()) throw refused("it is no regular file");
  const bytes = new Uint8Array(largestBytes + 1);
  const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0);
  if (bytesRead > largestBytes) throw refused(`it is longer than ${largestBytes} bytes`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, bytesRead));
  } catch {
    // Without its cause: what decoders say of bytes that may be a secret is not ours to pass on.
    throw refused("it is not UTF-8");
  }
}

function reasonOf(cause: unknown): string {
  switch (cause instanceof Error && "code" in cause ? cause.code : undefined) {
    case "ENOENT":
    case "ENOTDIR":
      return "there is none at that path";
    case "EACCES":
    case "EPERM":
      return "this user may not";
    default:
      return "the system refuses";
  }
}
