import { type Split, splitWhere, testRowsOf } from "./split.ts";

/**
 * Holds out the latest rows: all of them are later than those to learn from. Rows of one time stay together, so the part
 * may be larger or smaller than `testSize` of the rows; of two that are equally near, the larger is taken.
 *
 * @param times  of each of n_rows, in any unit
 * @throws {RangeError} when all rows are of one time
 */
export function timeSplit(times: Float64Array, testSize: number): Split {
  const ascending = times.toSorted();
  const cut = nearestCut(ascending, times.length - testRowsOf(times.length, testSize));
  if (cut === undefined) throw new RangeError("Cannot split rows of a single time");
  const from = ascending[cut] ?? 0;
  return splitWhere(Uint8Array.from(times, (time) => (time >= from ? 1 : 0)));
}

/** The place nearest to `wanted` where a value differs from the one before; `undefined` where none does. */
export function nearestCut(ascending: Float64Array, wanted: number): number | undefined {
  const isCut = (place: number) =>
    place > 0 && place < ascending.length && ascending[place] !== ascending[place - 1];
  for (let away = 0; away < ascending.length; away++) {
    if (isCut(wanted - away)) return wanted - away;
    if (isCut(wanted + away)) return wanted + away;
  }
  return undefined;
}
