import { readFile } from "node:fs/promises";
import { parseEnv } from "node:util";
import { MltError } from "../core/errors.ts";

/** What a `.env` file sets. */
export interface EnvFile {
  /** Values by name. */
  readonly variables: Readonly<Record<string, string>>;
  /** The line that sets each, counted from 1. */
  readonly lines: ReadonlyMap<string, number>;
}

/**
 * Reads a `.env` file; without one nothing is set.
 *
 * @throws {MltError} when the file is there and cannot be read
 */
export async function readEnvFile(path: string): Promise<EnvFile> {
  try {
    const text = await readFile(path, "utf8");
    const set = Object.entries(parseEnv(text));
    const variables = Object.fromEntries(
      set.filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
    return { variables, lines: linesOf(text) };
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") {
      return { variables: {}, lines: new Map() };
    }
    throw new MltError(`Cannot read the environment file "${path}"`, {
      hint: "Check that it is a file and that you may read it.",
      cause,
    });
  }
}

/** The last line that sets a name counts, as its value does. */
function linesOf(text: string): ReadonlyMap<string, number> {
  const found = text.split("\n").flatMap((line, index): [string, number][] => {
    const name = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=/.exec(line)?.[1];
    return name === undefined ? [] : [[name, index + 1]];
  });
  return new Map(found);
}
