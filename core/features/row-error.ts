/** What is wrong with one field: `type` also of a whole row or body, `range` also of the number of rows. */
export type RowErrorCode = "missing" | "unknown" | "duplicate" | "type" | "range" | "choice" | "null";

/** One thing wrong with a body. It names the field and what was expected, never the value that was sent. */
export interface RowError {
  /** Index from 0; `null` where the body as a whole is wrong. */
  readonly row: number | null;
  /** Key in the row; `null` where the row as a whole is wrong. */
  readonly field: string | null;
  readonly code: RowErrorCode;
  readonly expected: string;
}

/** Why a value was refused, wherever it stood. */
export type Refusal = Pick<RowError, "code" | "expected">;
