import { MltError } from "../errors.ts";
import type { Columns } from "../features/columns.ts";
import type { Feature, FeatureSpec } from "../features/feature-spec.ts";
import { requireColumns } from "../learn/read-features.ts";
import type { FrameTools, InferenceSession, ProjectPreprocessor } from "../ports.ts";
import { outputNames, processedInput } from "./export-graph.ts";
import type { ModelCard } from "./model-card.ts";
import type { Predictions } from "./predictions.ts";
import { processedMatrix } from "./processed-matrix.ts";

/** A verified model, ready to answer. */
export interface Predictor {
  readonly card: ModelCard;
  /** Predictions of n_rows, in order. */
  predict(columns: Columns): Promise<Predictions>;
  /** Frees native memory. Safe to call twice. */
  close(): Promise<void>;
}

/** How rows become what the graph takes: as they are, or through the project's own `processX`. */
export type PrepareRows = (columns: Columns) => Columns;

/** Runs raw rows through the graph. */
export async function predictRows(
  session: InferenceSession,
  task: FeatureSpec["task"],
  columns: Columns,
): Promise<Predictions> {
  const outputs = await session.run(columns);
  if (task === "regression") return { task, values: floats(outputs, outputNames.prediction) };
  return {
    task,
    labels: texts(outputs, outputNames.label),
    probabilities: floats(outputs, outputNames.probabilities),
  };
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

function floats(outputs: Awaited<ReturnType<InferenceSession["run"]>>, name: string): Float32Array {
  const output = outputs.get(name);
  if (output instanceof Float32Array) return output;
  throw new MltError(`The model's graph has no number output "${name}"`, { hint: "Train the model again." });
}

function texts(outputs: Awaited<ReturnType<InferenceSession["run"]>>, name: string): readonly string[] {
  const output = outputs.get(name);
  if (output !== undefined && !(output instanceof Float32Array)) return output;
  throw new MltError(`The model's graph has no text output "${name}"`, { hint: "Train the model again." });
}
