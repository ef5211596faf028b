/**
 * Rows as the model's inputs see them: one array of n_rows a feature.
 * Numbers, integers and booleans (0 or 1) are float32, a missing one NaN; text stays text, a missing one "".
 */
export interface Columns {
  readonly nRows: number;
  readonly values: ReadonlyMap<string, Float32Array | readonly string[]>;
}

/** One row of a request or a data file, by feature name. */
export type Row = Readonly<Record<string, number | string | boolean | null>>;
