import { ExitCode, MltError } from "../core/errors.ts";

/** Reads `--to`. @throws {MltError} usage */
export function revisionFlag(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new MltError(`Cannot read --to "${text}" as a revision`, {
    hint: "Give the number of one, such as 3; mlt status --release lists them.",
    exitCode: ExitCode.usage,
  });
}
