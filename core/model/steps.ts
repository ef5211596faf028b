/** Tells a person how far long work is: `cli` draws it, a test ignores it. */
export interface Steps {
  /** Does one step under a title; `describe` says what came of it in a few words. */
  run<Result>(
    title: string,
    work: () => Result | Promise<Result>,
    describe?: (result: Result) => string,
  ): Promise<Result>;
  /** Says what a person should know before the next step. */
  warn(text: string): void;
}
