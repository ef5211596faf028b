import { existsSync, readFileSync, realpathSync } from "node:fs";
import { relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import { MltError } from "../../core/errors.ts";

/**
 * Runs code of the user's, and tells a failure of it as theirs: what was called, what it said, and where.
 *
 * @param called  such as `DataLoader.loadData`
 * @param root    the project's folder
 */
export async function runUserCode<Result>(
  called: string,
  root: string,
  work: () => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    throw userError(called, root, cause);
  }
}

/** The same for code that does not wait. */
export function runUserCodeSync<Result>(called: string, root: string, work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    throw userError(called, root, cause);
  }
}

function userError(called: string, root: string, thrown: unknown): MltError {
  const cause = thrown instanceof AggregateError && thrown.errors.length > 0 ? thrown.errors[0] : thrown;
  const place = placeOf(cause, root);
  const where = place === undefined ? "" : `\n  at ${place}`;
  if (cause instanceof MltError) {
    return new MltError(`${cause.message}${where}`, { hint: cause.hint, exitCode: cause.exitCode, cause });
  }
  return new MltError(`${called} failed: ${messageOf(cause)}${where}`, {
    hint: place === undefined ? `Mend ${called}.` : "Mend that line.",
    cause,
  });
}

function messageOf(cause: unknown): string {
  if (typeof cause === "object" && cause !== null && "message" in cause) {
    const name =
      "name" in cause && cause.name !== "Error" && cause.name !== "MltError" ? `${cause.name}: ` : "";
    return `${name.includes("Message") ? "" : name}${cause.message}`;
  }
  return typeof cause === "string" ? cause : inspect(cause, { breakLength: Number.POSITIVE_INFINITY });
}

/** `source/data/data_loader.ts:12:9`: the innermost line of the user's own. */
function placeOf(cause: unknown, root: string): string | undefined {
  if (typeof cause !== "object" || cause === null) return undefined;
  return syntaxPlace(cause, root) ?? stackPlace(cause, root) ?? importPlace(cause, root);
}

/** Where Bun's own syntax errors stand. */
function syntaxPlace(cause: object, root: string): string | undefined {
  const position: unknown = "position" in cause ? cause.position : undefined;
  if (typeof position !== "object" || position === null || !("file" in position)) return undefined;
  const { file } = position;
  const line = "line" in position ? position.line : 0;
  const column = "column" in position ? position.column : 0;
  return typeof file === "string" ? place(root, file, `${line}:${column}`) : undefined;
}

function stackPlace(cause: object, root: string): string | undefined {
  const stack: unknown = "stack" in cause ? cause.stack : undefined;
  if (typeof stack !== "string") return undefined;
  for (const match of stack.matchAll(/(?:\(|\bat (?:async )?)((?:file:\/\/)?\/.*):(\d+):(\d+)\)?$/gm)) {
    const [, file = "", line = "", column = ""] = match;
    const found = place(root, file, `${line}:${column}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A module that cannot be found: the line of the import, which the error itself does not tell. */
function importPlace(cause: object, root: string): string | undefined {
  if (!("specifier" in cause && "referrer" in cause)) return undefined;
  const { specifier, referrer } = cause;
  if (typeof specifier !== "string" || typeof referrer !== "string") return undefined;
  const path = referrer.startsWith("file:") ? fileURLToPath(referrer) : referrer;
  // The referrer of code that is at hand as text is no file.
  if (!existsSync(path)) return undefined;
  const lines = readFileSync(path, "utf8").split("\n");
  const line = lines.findIndex((text) => text.includes(specifier));
  return place(root, path, line === -1 ? "1" : `${line + 1}`);
}

function place(root: string, file: string, position: string): string | undefined {
  const path = file.startsWith("file:") ? fileURLToPath(file) : file;
  for (const base of [root, realpathSync(root)]) {
    if (path.startsWith(base + sep) && !path.includes("/node_modules/"))
      return `${relative(base, path)}:${position}`;
  }
  return undefined;
}
