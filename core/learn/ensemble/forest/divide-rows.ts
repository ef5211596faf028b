import { missingBin } from "../trees/bins.ts";
import type { Split } from "./split-search.ts";
import type { BinnedColumns, TreeRows } from "./tree-rows.ts";

/** Brings the rows `start` to `end` that go left to the front, both sides in their old order. @returns where the right begins */
export type DivideRows = (start: number, end: number, split: Split) => number;

export function rowDivider(binned: BinnedColumns, { rows, weights, targets }: TreeRows): DivideRows {
  const otherRows = new Int32Array(rows.length);
  const otherWeights = new Float64Array(rows.length);
  const otherTargets =
    targets instanceof Int32Array ? new Int32Array(rows.length) : new Float64Array(rows.length);
  const goesLeft = new Uint8Array(256);
  return (start, end, { column, bin: lastLeft, missing }) => {
    for (let bin = 0; bin < missingBin; bin++) goesLeft[bin] = Number(bin <= lastLeft);
    goesLeft[missingBin] = Number(missing === "left");
    const base = column * binned.nRows;
    let left = start;
    let right = 0;
    // Written to both sides, and kept where it belongs: no branch to be mispredicted.
    for (let index = start; index < end; index++) {
      const row = rows[index] ?? 0;
      const weight = weights[index] ?? 0;
      const target = targets[index] ?? 0;
      const isLeft = goesLeft[binned.bins[base + row] ?? 0] ?? 0;
      rows[left] = row;
      weights[left] = weight;
      targets[left] = target;
      otherRows[right] = row;
      otherWeights[right] = weight;
      otherTargets[right] = target;
      left += isLeft;
      right += 1 - isLeft;
    }
    rows.set(otherRows.subarray(0, right), left);
    weights.set(otherWeights.subarray(0, right), left);
    targets.set(otherTargets.subarray(0, right), left);
    return left;
  };
}
