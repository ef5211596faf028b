import { createInterface } from "node:readline/promises";
import { ExitCode, MltError } from "../../../core/errors.ts";

/** Refuses a change of hosts that nobody can be asked about. @throws {MltError} usage */
export function checkConsent(hasSaidYes: boolean): void {
  if (hasSaidYes || process.stdin.isTTY === true) return;
  throw new MltError("Hosts are not changed without a question, and there is no terminal to ask on", {
    hint: "Add --yes, or look first with --dry-run.",
    exitCode: ExitCode.usage,
  });
}

/** Asks on the terminal whether to go on. @throws {MltError} interrupted: where the answer is not yes */
export async function askConsent(question: string): Promise<void> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await lines
    .question(`${question} [y/N] `)
    .catch(withoutAnswer)
    .finally(() => lines.close());
  if (/^y(es)?$/i.test(answer.trim())) return;
  throw new MltError("Nothing was changed", { exitCode: ExitCode.interrupted });
}

/** Ctrl-C and Ctrl-D are keys while it is read. */
function withoutAnswer(cause: unknown): string {
  if (cause instanceof Error && cause.name === "AbortError") return "";
  throw cause;
}
