import type { Columns } from "./features/columns.ts";
import type { Feature } from "./features/feature-spec.ts";
import type { Frame } from "./learn/frame.ts";

/** One loaded ONNX graph. */
export interface InferenceSession {
  /**
   * Runs the graph on every row at once, as far as the outputs need it.
   * Resolves with those outputs by name: float outputs are Float32Array (row-major), text outputs string arrays.
   * Rejects when an input is missing or of the wrong type.
   */
  run(
    inputs: Columns,
    outputs: readonly string[],
  ): Promise<ReadonlyMap<string, Float32Array | readonly string[]>>;
  /** Frees native memory. Safe to call twice. */
  close(): Promise<void>;
}

/** Loads a graph; rejects with `MltError` when the bytes are no model that this runtime can run. */
export type OpenSession = (onnx: Uint8Array) => Promise<InferenceSession>;

/** What core asks of a data frame library beyond reading columns. */
export interface FrameTools {
  /** The given rows, in that order. */
  take(frame: Frame, rows: ArrayLike<number>): Frame;
  /** The frame that a project's `processX` sees, in training and in serving alike; a missing value is null. */
  fromColumns(columns: Columns, features: readonly Feature[]): Frame;
}

/** An instance of the project's `Preprocessor`. */
export interface ProjectPreprocessor {
  splitXy(data: Frame): { readonly X: Frame; readonly y: unknown };
  fitX(X: Frame): unknown;
  processX(X: Frame): unknown;
  fitY(y: unknown): unknown;
  processY(y: unknown): unknown;
}

/** The code that a project's people wrote; a failure of theirs rejects with `MltError` and names their file and line. */
export interface ProjectCode {
  loadData(options: { readonly nRows?: number }): Promise<Frame>;
  newPreprocessor(): ProjectPreprocessor;
  trainModel(X: unknown, y: unknown): Promise<unknown>;
  /** What the project's `getClasses` says. */
  getClasses(model: unknown): readonly unknown[];
  /** The `Preprocessor` with all that it imports, as one JavaScript module. */
  bundlePreprocessor(): Promise<string>;
}

/** Loads a bundled `Preprocessor` and gives it back the state it was fitted to. */
export type OpenPreprocessor = (bundle: string) => Promise<ProjectPreprocessor>;
