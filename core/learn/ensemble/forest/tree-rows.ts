/** The rows that a tree learns from, ordered so that those of a node are neighbours. */
export interface TreeRows {
  /** Places of the rows in the columns of bins. */
  readonly rows: Int32Array;
  /** A row that was drawn twice weighs two. */
  readonly weights: Float64Array;
  /** Codes of classes, or numbers to predict. */
  readonly targets: Int32Array | Float64Array;
  /** Of all weights. */
  readonly totalWeight: number;
}

/** Bins of n_rows, one column after the other. */
export interface BinnedColumns {
  readonly bins: Uint8Array;
  readonly nRows: number;
  readonly nColumns: number;
}

export interface CriterionOptions {
  readonly binned: BinnedColumns;
  readonly treeRows: TreeRows;
  /** Sides with fewer rows are no split. */
  readonly minSamplesLeaf: number;
}
