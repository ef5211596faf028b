import { MltError } from "../../errors.ts";

/** What was found of a model that another program wrote: all of it is told at once. */
export interface Findings {
  /** Why it cannot be served, in lines. */
  readonly problems: string[];
  /** What a person should know. */
  readonly warnings: string[];
  /** What to do about the problems; the first that is known. */
  readonly hints: string[];
}

/** @throws {MltError} that lists every problem, if there is one */
export function refuseProblems({ problems, hints }: Findings): void {
  if (problems.length === 0) return;
  throw new MltError(
    `The model that the program wrote does not fit features.yaml\n${problems.map((line) => `  ${line}`).join("\n")}`,
    {
      hint:
        hints[0] ??
        "Give the model an input for each feature, of its name, and outputs of rows × classes or rows × 1.",
    },
  );
}
