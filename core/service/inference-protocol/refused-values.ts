import { maxRowErrors } from "../../features/pack-rows.ts";
import type { RowError } from "../../features/row-error.ts";
import type { Problem } from "../problem.ts";
import { badRequest } from "./inference-problem.ts";

/**
 * The problem of inputs whose values are wrong. Clients of the protocol show a person no more than its sentence, so the
 * sentence says the first error whole.
 *
 * @param errors  at least one
 */
export function refusedValues(errors: readonly RowError[]): Problem {
  const [first] = errors;
  if (first === undefined) throw new RangeError("There is no error");
  const listed = errors.slice(0, maxRowErrors);
  return badRequest(`${sentence(first)}${othersText(listed.length - 1)}`, listed);
}

function sentence({ row, field, code, expected }: RowError): string {
  const name = JSON.stringify(field);
  if (row !== null) return `Expected ${name} of row ${row} to be ${expected}`;
  return code === "missing"
    ? `Input ${name} is missing: send ${expected}`
    : `Input ${name} is not ${expected}`;
}

function othersText(count: number): string {
  if (count === 0) return "";
  if (count === 1) return "; 1 more problem is in errors";
  return `; ${count === maxRowErrors - 1 ? "at least " : ""}${count} more problems are in errors`;
}
