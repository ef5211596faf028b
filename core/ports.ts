import type { Columns } from "./features/columns.ts";
import type { Frame } from "./learn/frame.ts";

/** One loaded ONNX graph. */
export interface InferenceSession {
  /**
   * Runs the graph on every row at once.
   * Resolves with the graph's outputs by name: float outputs are Float32Array (row-major), text outputs string arrays.
   * Rejects when an input is missing or of the wrong type.
   */
  run(inputs: Columns): Promise<ReadonlyMap<string, Float32Array | readonly string[]>>;
  /** Frees native memory. Safe to call twice. */
  close(): Promise<void>;
}

/** Loads a graph; rejects with `MltError` when the bytes are no model that this runtime can run. */
export type OpenSession = (onnx: Uint8Array) => Promise<InferenceSession>;

/** The two things core asks of a data frame library beyond reading columns. */
export interface FrameTools {
  /** The named columns, in that order. */
  select(frame: Frame, columns: readonly string[]): Frame;
  /** The given rows, in that order. */
  take(frame: Frame, rows: ArrayLike<number>): Frame;
  /** A frame of the given columns: how a request reaches a project's own `processX`. */
  fromColumns(columns: Columns): Frame;
}
