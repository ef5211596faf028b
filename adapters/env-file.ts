import { readFile } from "node:fs/promises";
import { parseEnv } from "node:util";
import { MltError } from "../core/errors.ts";

/**
 * The variables of a `.env` file by name; none when there is no such file.
 *
 * @throws {MltError} when the file is there and cannot be read
 */
export async function readEnvFile(path: string): Promise<Record<string, string>> {
  try {
    const text = await readFile(path, "utf8");
    const variables = Object.entries(parseEnv(text));
    return Object.fromEntries(variables.filter((entry): entry is [string, string] => entry[1] !== undefined));
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return {};
    throw new MltError(`Cannot read the environment file "${path}"`, {
      hint: "Check that it is a file and that you may read it.",
      cause,
    });
  }
}
