import type { Refusal } from "./row-error.ts";

/** What a request calls a row of its own. */
export type RowId = string | number;

/** What is wrong with an id, if anything is. */
export function refuseId(id: unknown): Refusal | undefined {
  const expected = "a string or a number";
  if (typeof id === "string") return undefined;
  if (id === null) return { code: "null", expected };
  if (typeof id !== "number") return { code: "type", expected };
  // Beyond 2^53 JSON's double may be another integer than the one that was sent, and the log would name it.
  const exact = Number.isSafeInteger(id) || (Number.isFinite(id) && !Number.isInteger(id));
  return exact
    ? undefined
    : { code: "range", expected: `an integer up to ${Number.MAX_SAFE_INTEGER}, or a string` };
}
