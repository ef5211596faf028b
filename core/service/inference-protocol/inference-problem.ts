import type { RowError } from "../../features/row-error.ts";
import { Problem, problemDocument } from "../problem.ts";

/**
 * A request that the protocol's clients get an error for. The protocol names 400 for every inference that fails by
 * the request's fault, so a wrong value is no 422 here.
 */
export function badRequest(detail: string, errors?: readonly RowError[]): Problem {
  return new Problem(400, detail, errors === undefined ? {} : { errors });
}

/** The problem as everywhere, with the member `error` that the protocol's clients read. */
export function inferenceProblemJson(problem: Problem, requestId: string): string {
  return JSON.stringify({ error: problem.message, ...problemDocument(problem, requestId) });
}

/** A name that was sent, short enough for a sentence. */
export function sentName(name: string): string {
  return JSON.stringify(name.slice(0, 100));
}
