import { ExitCode, MltError } from "../core/errors.ts";
import { errorText } from "./log/error-text.ts";
import { fail } from "./output.ts";
import { version } from "./version.ts";

/**
 * Tells what failed: in a line and a hint what the user can mend, with its stack what is a bug of ours.
 *
 * @param argv  what was typed behind `mlt`
 * @returns the exit code
 */
export function reportError(error: unknown, argv: readonly string[]): number {
  if (error instanceof MltError) {
    fail(error.message, { hint: error.hint, exitCode: error.exitCode });
    return error.exitCode;
  }
  const [message, stack] = error instanceof Error ? [error.message, errorText(error)] : [String(error)];
  fail(`This is a bug of mlt ${version}: ${message}`, {
    stack,
    hint: `Report it with the lines above and the command: mlt ${argv.join(" ")}`,
    exitCode: ExitCode.bug,
  });
  return ExitCode.bug;
}
