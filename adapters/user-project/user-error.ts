import { existsSync, readFileSync, realpathSync } from "node:fs";
import { relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import { MltError } from "../../core/errors.ts";
import { type MissingExport, missingExport } from "./missing-export.ts";

/** Code of a user's that is about to run. */
export interface UserCall {
  /** Such as `DataLoader.loadData`. */
  readonly called: string;
  /** The project's folder. */
  readonly root: string;
  /** The file that it stands in: what is named where the failure does not tell a line. */
  readonly file?: string;
}

/** Runs code of the user's, and tells a failure of it as theirs: what was called, what it said, and where. */
export async function runUserCode<Result>(
  call: UserCall,
  work: () => Result | Promise<Result>,
): Promise<Result> {
  const allowExit = forbidExit(call.called);
  try {
    return await work();
  } catch (cause) {
    throw userError(call, cause);
  } finally {
    allowExit();
  }
}

/** The same for code that does not wait. */
export function runUserCodeSync<Result>(call: UserCall, work: () => Result): Result {
  const allowExit = forbidExit(call.called);
  try {
    return work();
  } catch (cause) {
    throw userError(call, cause);
  } finally {
    allowExit();
  }
}

/**
 * A failure that nobody waited for, such as of a timer or of a promise without await, as the user's.
 *
 * @returns nothing when no line of the project took part
 */
export function strayFailure(root: string, cause: unknown): MltError | undefined {
  if (placeOf(cause, root) !== undefined) return userError({ called: "The project's code", root }, cause);
  if (!(cause instanceof Error && cause.stack?.includes(bundleScheme))) return undefined;
  return new MltError(`Preprocessor failed after processX was done: ${messageOf(cause)}`, {
    hint: "Let processX start nothing that goes on when it has returned.",
    cause,
  });
}

/** How the stack names code of preprocessor.js, which is imported from its text. */
const bundleScheme = "data:text/javascript;base64,";

/** Code that ends the process would end mlt as if all were done. @returns what allows it again */
function forbidExit(called: string): () => void {
  const { exit } = process;
  process.exit = (code) => {
    throw new MltError(`${called} called process.exit(${code ?? ""})`, {
      hint: "Throw an error instead, and mlt says what went wrong.",
    });
  };
  return () => {
    process.exit = exit;
  };
}

function userError({ called, root, file }: UserCall, thrown: unknown): MltError {
  const cause = thrown instanceof AggregateError && thrown.errors.length > 0 ? thrown.errors[0] : thrown;
  const missing = missingExport(cause);
  if (missing !== undefined) return importError(missing, cause, { root, file });
  // The engine drops the frame of a function that returns another's result: then at least the file is known.
  const place = placeOf(cause, root) ?? (file === undefined ? undefined : relative(root, file));
  const where = place === undefined ? "" : `\n  at ${place}`;
  if (cause instanceof MltError) {
    return new MltError(`${cause.message}${where}`, { hint: cause.hint, exitCode: cause.exitCode, cause });
  }
  return new MltError(`${called} failed: ${messageOf(cause)}${where}`, {
    hint: place === undefined ? `Mend ${called}.` : `Mend that ${/:\d+$/.test(place) ? "line" : "file"}.`,
    cause,
  });
}

/** The engine does not tell which file imports it: most probably the one that was loaded. */
function importError(
  { name, module, hint }: MissingExport,
  cause: unknown,
  { root, file }: { readonly root: string; readonly file: string | undefined },
): MltError {
  const line = file === undefined ? undefined : lineWith(name, file);
  const where = file === undefined || line === undefined ? "" : `\n  at ${relative(root, file)}:${line}`;
  return new MltError(`"${module}" has no export ${name}${where}`, { hint, cause });
}

/** The first line of a file that holds the text, from 1. */
function lineWith(text: string, path: string): number | undefined {
  const line = readFileSync(path, "utf8")
    .split("\n")
    .findIndex((candidate) => candidate.includes(text));
  return line === -1 ? undefined : line + 1;
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
  return place(root, path, `${lineWith(specifier, path) ?? 1}`);
}

function place(root: string, file: string, position: string): string | undefined {
  const path = file.startsWith("file:") ? fileURLToPath(file) : file;
  for (const base of [root, realpathSync(root)]) {
    if (path.startsWith(base + sep) && !path.includes("/node_modules/"))
      return `${relative(base, path)}:${position}`;
  }
  return undefined;
}
