import type { Columns } from "../features/columns.ts";
import type { ModelCard } from "./model-card.ts";
import type { Predictions } from "./predictions.ts";

/** One side of the split. */
export interface Side {
  readonly columns: Columns;
  /** What is true of the rows: labels, or numbers. */
  readonly truth: readonly unknown[];
}

/** A model in the form in which it will be served, whoever made it. */
export interface MadeModel {
  readonly estimator: ModelCard["estimator"];
  /** In the order of the probabilities; empty for regression. */
  readonly classes: readonly string[];
  readonly train: Side;
  readonly test: Side;
  readonly onnx: Uint8Array;
  /** Only with a `processX` of the project's own. */
  readonly own?: { readonly bundle: string; readonly card: NonNullable<ModelCard["preprocessor"]> };
  readonly predict: (columns: Columns) => Promise<Predictions>;
  /** What a person should know of it. Complete once it is verified. */
  readonly warnings: () => readonly string[];
  /** Predicts both sides, and makes sure that a service will say the same. @throws {MltError} where it would not */
  verify(): Promise<VerifiedModel>;
  /** Frees native memory. */
  close(): Promise<void>;
}

export interface VerifiedModel {
  readonly train: Predictions;
  readonly test: Predictions;
  /** What was found, in a few words. */
  readonly detail: string;
}
