import { readFileSync } from "node:fs";
import { MltError } from "../../core/errors.ts";

/**
 * Refuses a secret that the environment does not hold: then it is written in the project's code, where everybody reads it.
 * It may be in a variable, or in the file that a variable ending in `_FILE` names.
 *
 * @param what  what holds it, such as `The connection string of readPostgres`
 * @throws {MltError} that does not tell it
 */
export function refuseWrittenSecret(secret: string, what: string): void {
  if (secret === "") return;
  const forms = [secret, encodeURIComponent(secret)];
  const holds = (text: string | undefined) => text !== undefined && forms.some((form) => text.includes(form));
  const { env } = process;
  if (Object.values(env).some(holds)) return;
  const files = Object.entries(env).filter(([name]) => name.endsWith("_FILE"));
  if (files.some(([, path]) => holds(contentOf(path)))) return;
  throw new MltError(`${what} holds a secret that is in no environment variable`, {
    hint: 'Put it into .env, which git leaves out, and pass process.env["NAME"].',
  });
}

function contentOf(path: string | undefined): string | undefined {
  try {
    return path === undefined ? undefined : readFileSync(path, "utf8");
  } catch (error) {
    // A variable that ends like this may name something else.
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  }
}
