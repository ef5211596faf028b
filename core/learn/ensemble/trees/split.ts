import type { Bounds } from "./bounded-split.ts";

/** What a set of rows adds up to, in the integers of histograms. */
export interface Sums {
  readonly gradient: number;
  readonly hessian: number;
  readonly count: number;
}

/** A node whose split is looked for. */
export interface SplitNode {
  readonly sums: Sums;
  readonly bounds: Bounds;
}

export interface Split {
  readonly column: number;
  /** Of numbers: bins up to this one go left. */
  readonly bin: number;
  /** Of categories, in place of `bin`: the bins that go left, that of missing values among them. */
  readonly bins: readonly number[] | undefined;
  readonly missingLeft: boolean;
  /** By how much the loss falls, twice, in integers of gradient² / hessian; above 0. */
  readonly gain: number;
  readonly left: Sums;
}
