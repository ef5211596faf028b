import { MltError } from "../errors.ts";
import type { Columns } from "../features/columns.ts";
import type { Feature, Task } from "../features/feature-spec.ts";
import { requireColumns } from "../learn/read-features.ts";
import type { FrameTools, InferenceSession, ProjectPreprocessor } from "../ports.ts";
import { outputNames, processedInput } from "./export-graph.ts";
import type { ModelCard } from "./model-card.ts";
import type { Predictions } from "./predictions.ts";
import { processedMatrix } from "./processed-matrix.ts";
import { textBatches } from "./text-batches.ts";

/** A verified model, ready to answer. */
export interface Predictor {
  readonly card: ModelCard;
  /** What the graph says of n_rows: n_rows × k probabilities in the order of the classes, or n_rows numbers. */
  score(columns: Columns): Promise<Float32Array>;
  /** Predictions of n_rows, in order. */
  predict(columns: Columns): Promise<Predictions>;
  /** Frees native memory. Safe to call twice. */
  close(): Promise<void>;
}

/** How rows become what the graph takes: as they are, or through the project's own `processX`. */
export type PrepareRows = (columns: Columns) => Columns;

/** The graph's scores of prepared rows, as `Predictor.score` has them. */
export async function scoreRows(
  session: InferenceSession,
  task: Task,
  columns: Columns,
): Promise<Float32Array> {
  const name = task === "regression" ? outputNames.prediction : outputNames.probabilities;
  const parts: Float32Array[] = [];
  for (const batch of textBatches(columns)) {
    const scores = (await session.run(batch, [name])).get(name);
    if (!(scores instanceof Float32Array)) {
      throw new MltError(`The model's graph has no number output "${name}"`, {
        hint: "Train the model again.",
      });
    }
    parts.push(scores);
  }
  const [only] = parts;
  return only !== undefined && parts.length === 1 ? only : joined(parts);
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export interface OwnProcessing {
  /** Fitted, or restored to what it was fitted to. */
  readonly preprocessor: ProjectPreprocessor;
  /** The names of the columns that the model was fitted on. */
  readonly columns: readonly string[];
  readonly features: readonly Feature[];
  readonly frames: FrameTools;
}

/** Rows through a project's own `processX`, as the one input of its graph. */
export function processedRows({
  preprocessor,
  columns: names,
  features,
  frames,
}: OwnProcessing): PrepareRows {
  return (columns) => {
    const processed = preprocessor.processX(frames.fromColumns(columns, features));
    const matrix = processedMatrix(processed, columns.nRows);
    requireColumns(matrix.columns, names, "The model");
    return { nRows: columns.nRows, values: new Map([[processedInput, Float32Array.from(matrix.data)]]) };
  };
}
