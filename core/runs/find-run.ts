import { MltError } from "../errors.ts";
import type { Run } from "./run-record.ts";

/** Fewer letters could name a run today and two tomorrow. */
const fewestLetters = 4;
const usualLetters = 8;

/**
 * The run whose id begins so.
 *
 * @throws {MltError} when there is none, or more than one
 */
export function findRun(runs: readonly Run[], start: string): Run {
  const found = runs.filter(({ id }) => id.startsWith(start.toLowerCase()));
  const [only] = found;
  const hint = "Run mlt runs to list them.";
  if (only === undefined) throw new MltError(`There is no run "${start}"`, { hint });
  if (start.length < fewestLetters && only.id !== start) {
    throw new MltError(`"${start}" is too short to name a run`, {
      hint: `Give ${fewestLetters} letters or more.`,
    });
  }
  if (found.length === 1) return only;
  const names = found.slice(0, 3).map(({ id }) => shortId(id, runs));
  throw new MltError(`${found.length} runs begin with "${start}": ${names.join(", ")}`, {
    hint: "Give more letters of the one that you mean.",
  });
}

/** As many letters of an id as name it among the runs: 8, unless that is too few. */
export function shortId(id: string, runs: readonly Run[]): string {
  for (let length = usualLetters; length < id.length; length++) {
    const start = id.slice(0, length);
    if (runs.filter((run) => run.id.startsWith(start)).length <= 1) return start;
  }
  return id;
}
