import type { Columns } from "../features/columns.ts";
import type { ModelCard } from "./model-card.ts";
import type { Predictions } from "./predictions.ts";

/** A verified model, ready to answer. */
export interface Predictor {
  readonly card: ModelCard;
  /** Predictions of n_rows, in order. */
  predict(columns: Columns): Promise<Predictions>;
  /** Frees native memory. Safe to call twice. */
  close(): Promise<void>;
}
