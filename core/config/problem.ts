import { MltError, type MltErrorOptions } from "../errors.ts";

/** One thing wrong with what the user wrote. */
export interface Problem {
  /** A file's name as the user knows it, or `environment`, `command line`. */
  readonly source: string;
  /** Counted from 1; absent where the source has no lines. */
  readonly line?: number;
  readonly column?: number;
  /** A sentence without its final period. */
  readonly message: string;
  /** What to do next, where the problem knows better than its reader. */
  readonly hint?: string;
}

/**
 * All problems as one error: a line of its own for each, in the given order.
 *
 * The hint is that of the first problem that has one, or else the one given.
 * @throws {RangeError} when there is no problem
 */
export function problemsError(problems: readonly Problem[], options: MltErrorOptions): MltError {
  const [first] = problems;
  if (first === undefined) throw new RangeError("Cannot report no problem");
  return new MltError(problems.length === 1 ? oneLine(first) : report(problems), {
    ...options,
    hint: problems.find((problem) => problem.hint !== undefined)?.hint ?? options.hint,
  });
}

function oneLine(problem: Problem): string {
  const separator = problem.line === undefined ? ": " : " ";
  return `${place(problem)}${separator}${problem.message}`;
}

function report(problems: readonly Problem[]): string {
  const sources = [...new Set(problems.map((problem) => problem.source))];
  const width = Math.max(...problems.map((problem) => place(problem).length));
  const lines = problems.map((problem) => `  ${place(problem).padEnd(width)}  ${problem.message}`);
  return [`${problems.length} problems in ${sources.join(", ")}`, ...lines].join("\n");
}

function place({ source, line, column }: Problem): string {
  return line === undefined ? source : `${source}:${line}:${column ?? 1}`;
}
