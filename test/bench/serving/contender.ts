import type { Row } from "./iris.ts";

/** One process to start. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** A way to serve iris: how it starts, and how it is asked. */
export interface Contender {
  readonly name: string;
  /** More than one share the port. */
  commands(port: number): Promise<readonly Command[]>;
  /** Of the route for probabilities. */
  readonly path: string;
  /** The request for these rows, as JSON. */
  body(rows: readonly Row[]): string;
  /** The most probable class of each row, out of the text of an answer. */
  classes(answer: string): string[];
}

/** The position of the highest of some probabilities. */
export function highest(probabilities: readonly number[]): number {
  return probabilities.indexOf(Math.max(...probabilities));
}
