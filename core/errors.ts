/** Exit codes of the command line: part of the contract, never renumbered. */
export const ExitCode = { done: 0, bug: 1, usage: 2, input: 3, external: 4, interrupted: 130 } as const;

export interface MltErrorOptions {
  /** One imperative sentence: what to do next. */
  readonly hint?: string | undefined;
  /** Default `ExitCode.input`: configuration, data or a model that the user can mend. */
  readonly exitCode?: number;
  readonly cause?: unknown;
}

/** A failure that the user can mend; anything else that reaches `main` is our bug and prints its stack. */
export class MltError extends Error {
  override readonly name: string = "MltError";
  readonly hint: string | undefined;
  readonly exitCode: number;

  constructor(message: string, options: MltErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.hint = options.hint;
    this.exitCode = options.exitCode ?? ExitCode.input;
  }
}
