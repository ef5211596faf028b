import { missingBin } from "../trees/bins.ts";
import { presentBins } from "./present-bins.ts";

/** What a node's rows are divided by: sums of both sides, as rows of one bin after the other move from right to left. */
export interface Criterion {
  /** Turns to the rows `start` to `end`, as they are ordered now. @returns whether their targets differ */
  enter(start: number, end: number): boolean;
  /** Sums up the rows of `enter` by their bin in a column, and marks the bins. */
  count(column: number, marks: Int32Array): void;
  /** Moves all rows to the right. */
  begin(): void;
  /**
   * Moves the rows of a bin to the left.
   *
   * @returns how good the sides are then: larger is better, and only splits of one node can be compared
   */
  move(bin: number): number;
  /** Forgets what `count` found in the first `count` bins. */
  clear(bins: Uint8Array, count: number): void;
  /** How much a split of this score lowers the impurity, weighted by the share of the tree's rows that are here. */
  improvement(score: number): number;
  /** Writes what a leaf of the rows of `enter` would answer. */
  answer(into: Float64Array, at: number): void;
}

/** A way to divide a node's rows by a column. */
export interface Split {
  score: number;
  column: number;
  /** Rows up to this bin go left and those from `nextBin` on right: no row of the node lies between. */
  bin: number;
  nextBin: number;
  /** Where rows without a value go; "none" when the node has no such row. */
  missing: "left" | "right" | "none";
}

/** A split that every other is better than. */
export function noSplit(): Split {
  return { score: Number.NEGATIVE_INFINITY, column: -1, bin: 0, nextBin: 0, missing: "none" };
}

/**
 * Improves on `best` with the splits at a column. @returns whether the rows of the node differ in it
 */
export type ColumnSearch = (column: number, best: Split) => boolean;

/** Looks for splits of the rows that the criterion has entered; rows without a value are tried on both sides. */
export function columnSearch(criterion: Criterion): ColumnSearch {
  const present = presentBins();
  const { bins } = present;
  const scan = (column: number, best: Split, count: number, missing: Split["missing"]) => {
    criterion.begin();
    if (missing === "left") criterion.move(missingBin);
    // Where rows without a value stay on the right, all values may go left.
    const at = bestPlace(criterion, bins, missing === "right" ? count : count - 1, best);
    if (at === undefined) return;
    best.column = column;
    best.bin = bins[at] ?? 0;
    best.nextBin = at + 1 < count ? (bins[at + 1] ?? 0) : missingBin;
    best.missing = missing;
  };
  return (column, best) => {
    criterion.count(column, present.marks);
    const count = present.list();
    if (count > 1 && bins[count - 1] === missingBin) {
      scan(column, best, count - 1, "right");
      scan(column, best, count - 1, "left");
    } else if (count > 1) scan(column, best, count, "none");
    criterion.clear(bins, count);
    return count > 1;
  };
}

/** Behind which of the first `count` bins a split is better than the best so far; its score is then that one's. */
function bestPlace(criterion: Criterion, bins: Uint8Array, count: number, best: Split): number | undefined {
  let found: number | undefined;
  for (let at = 0; at < count; at++) {
    const score = criterion.move(bins[at] ?? 0);
    if (!(score > best.score)) continue;
    best.score = score;
    found = at;
  }
  return found;
}
