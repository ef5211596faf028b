/** What mlt needs of a data frame's column: a polars Series has it. */
export interface Column {
  readonly name: string;
  /** The values in row order; a missing one is `null`. */
  toArray(): unknown[];
}

/** What mlt needs of a data frame: a polars DataFrame has it. */
export interface Frame {
  readonly columns: string[];
  /** n_rows. */
  readonly height: number;
  getColumn(name: string): Column;
}
