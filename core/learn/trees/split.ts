/** What a set of rows adds up to, in the integers of histograms. */
export interface Sums {
  readonly gradient: number;
  readonly hessian: number;
  readonly count: number;
}

/** Rows of the bins up to `bin` go left. */
export interface Split {
  readonly column: number;
  readonly bin: number;
  readonly missingLeft: boolean;
  /** By how much the loss falls, twice, in integers of gradient² / hessian; above 0. */
  readonly gain: number;
  readonly left: Sums;
}
