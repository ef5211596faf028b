import { randomBytes } from "node:crypto";
import { chmod, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ExitCode, MltError } from "../../core/errors.ts";
import { readEnvFile } from "../env-file.ts";

/** Where secrets are kept. */
export interface SecretPlaces {
  /** Of variables, for this user alone. */
  readonly secretsFile: string;
  /** A file for each, for the containers. */
  readonly secretsDir: string;
}

/** The secrets that were made before, by the name of their variable: `MONGODB_PASSWORD`. */
export async function readSecrets({ secretsFile }: SecretPlaces): Promise<Readonly<Record<string, string>>> {
  return (await readEnvFile(secretsFile)).variables;
}

/** What the file of a secret holds; empty where there is none. */
export async function readKeptSecret({ secretsDir }: SecretPlaces, name: string): Promise<string> {
  try {
    return await readFile(join(secretsDir, name), "utf8");
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return "";
    throw refused("read", join(secretsDir, name), cause);
  }
}

/** Replaces the file of variables at once, so that a kill loses none. */
export async function writeSecrets({ secretsFile }: SecretPlaces, lines: readonly string[]): Promise<void> {
  const text = `${lines.join("\n")}\n`;
  if ((await readFile(secretsFile, "utf8").catch(() => undefined)) === text) return;
  const temporary = `${secretsFile}.${randomBytes(6).toString("hex")}`;
  try {
    await mkdir(dirname(secretsFile), { recursive: true, mode: 0o700 });
    await writeFile(temporary, text, { flag: "wx", mode: 0o600 });
    await rename(temporary, secretsFile);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw refused("write", secretsFile, cause);
  }
}

/**
 * Writes the files for the containers.
 *
 * Any user may read a file, since those of the containers have numbers of their own; only the owner gets into the folder.
 */
export async function writeSecretFiles(
  { secretsDir }: SecretPlaces,
  secrets: Readonly<Record<string, string>>,
): Promise<void> {
  try {
    await mkdir(secretsDir, { recursive: true, mode: 0o700 });
    await chmod(secretsDir, 0o700);
    for (const [name, text] of Object.entries(secrets)) {
      const path = join(secretsDir, name);
      const before = await readFile(path, "utf8").catch(() => undefined);
      // In its place: a container has the file itself mounted.
      if (before !== text) await writeFile(path, text, { mode: 0o644 });
      await chmod(path, 0o644);
    }
  } catch (cause) {
    throw refused("write", secretsDir, cause);
  }
}

function refused(verb: string, path: string, cause: unknown): unknown {
  if (!(cause instanceof Error && "syscall" in cause)) return cause;
  return new MltError(`Cannot ${verb} "${path}": ${cause.message}`, {
    hint: "Check the permissions and the free space of the folder.",
    exitCode: ExitCode.external,
    cause,
  });
}
