import type { OnnxGraph, OnnxValue } from "../onnx/graph.ts";
import type { Frame } from "./frame.ts";

/** How a matrix came from a frame, as ONNX nodes: what lets preprocessing move into the graph. */
export interface Trace {
  /** The frame that the columns were read from; compared by identity. */
  readonly source: Frame;
  /** Adds the nodes and returns their double value of shape n_rows × n_columns. */
  toOnnx(graph: OnnxGraph, inputs: OnnxInputs): OnnxValue;
}

/** The graph's raw inputs by feature name: double n_rows × 1 for numbers, string n_rows × 1 for text. */
export type OnnxInputs = ReadonlyMap<string, OnnxValue>;

/** What a matrix may know beyond its numbers. */
export interface MatrixOrigin {
  readonly trace?: Trace | undefined;
  /** Names of the columns that hold category codes. */
  readonly categorical?: readonly string[];
}

/** Numbers by row and column: what an estimator is fitted on. */
export class Matrix {
  /** Column names, in order. */
  readonly columns: readonly string[];
  readonly nRows: number;
  /** Row-major, n_rows × n_columns; a missing value is NaN. */
  readonly data: Float64Array;
  /** Absent where anything but mlt's own transformers took part. */
  readonly trace: Trace | undefined;
  /**
   * Names of the columns that hold codes of categories, 0 to k - 1, rather than quantities: those of an OrdinalEncoder.
   * NaN is a missing or unknown category.
   */
  readonly categorical: readonly string[];

  /** @throws {RangeError} when `data` is not n_rows × n_columns. */
  constructor(columns: readonly string[], data: Float64Array, origin: MatrixOrigin = {}) {
    if (columns.length === 0 ? data.length !== 0 : data.length % columns.length !== 0) {
      throw new RangeError(`Cannot lay ${data.length} values out in ${columns.length} columns`);
    }
    this.columns = columns;
    this.nRows = columns.length === 0 ? 0 : data.length / columns.length;
    this.data = data;
    this.trace = origin.trace;
    this.categorical = origin.categorical ?? [];
  }
}
