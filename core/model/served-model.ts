import { MltError } from "../errors.ts";
import type { FeatureSpec } from "../features/feature-spec.ts";
import type { Matrix } from "../learn/matrix.ts";
import { evaluateGraph } from "../onnx/evaluate-graph.ts";
import type { FrameTools, InferenceSession, OpenPreprocessor, OpenSession, ProjectCode } from "../ports.ts";
import { exportGraph } from "./export-graph.ts";
import type { Fitted, Part } from "./fit-model.ts";
import { restoreState, saveState } from "./fitted-preprocessor.ts";
import type { ModelCard } from "./model-card.ts";
import { type Predictions, toPredictions } from "./predictions.ts";
import { type PrepareRows, processedRows, scoreRows } from "./predictor.ts";

/** The trained model in the form in which it will be served. */
export interface ServedModel {
  readonly onnx: Uint8Array;
  /** Only with a `processX` of the project's own. */
  readonly own?: { readonly bundle: string; readonly card: NonNullable<ModelCard["preprocessor"]> };
  readonly session: InferenceSession;
  readonly predict: (columns: Part["columns"]) => Promise<Predictions>;
  /** The same without ONNX Runtime, as the service evaluates a small graph; nothing for another. */
  readonly evaluate: (columns: Part["columns"]) => Promise<Predictions> | undefined;
}

export interface ServingParts {
  readonly code: ProjectCode;
  readonly frames: FrameTools;
  readonly openSession: OpenSession;
  readonly openPreprocessor: OpenPreprocessor;
}

/** Exports the graph and opens it again, with the preprocessor through its own file and state where it has one. */
export async function exportModel(
  fitted: Fitted,
  spec: FeatureSpec,
  name: string,
  parts: ServingParts,
): Promise<ServedModel> {
  const onnx = exportGraph(fitted.model, fitted.train.matrix, spec.features, name);
  const own = fitted.train.matrix.trace === undefined ? await exportPreprocessor(fitted, parts) : undefined;
  let prepare: PrepareRows = (columns) => columns;
  if (own !== undefined) {
    const preprocessor = restoreState(await parts.openPreprocessor(own.bundle), own.card.state);
    const { columns } = own.card;
    prepare = processedRows({ preprocessor, columns, features: spec.features, frames: parts.frames });
  }
  const session = await parts.openSession(onnx);
  const small = evaluateGraph(onnx);
  const classes = fitted.model.kind === "classifier" ? fitted.model.classes : [];
  const predictIn = async (graph: InferenceSession, columns: Part["columns"]) =>
    toPredictions(spec.task, classes, await scoreRows(graph, spec.task, prepare(columns)));
  return {
    onnx,
    session,
    predict: (columns) => predictIn(session, columns),
    evaluate: (columns) => small && predictIn(small, columns),
    ...(own === undefined ? {} : { own }),
  };
}

async function exportPreprocessor(
  fitted: Fitted,
  parts: ServingParts,
): Promise<NonNullable<ServedModel["own"]>> {
  const state: unknown = JSON.parse(JSON.stringify(saveState(fitted.preprocessor)));
  return {
    bundle: await parts.code.bundlePreprocessor(),
    card: { columns: fitted.train.matrix.columns, state },
  };
}

/**
 * Compares what will be served with what the trainer says of the same rows, which a transformer may have cross-fitted.
 *
 * @returns the largest difference of a probability, or of a prediction relative to its size
 * @throws {MltError} over 1e-6 when the project's own code takes part; {RangeError} when all of the code is ours
 */
export function checkParity(
  { model }: Fitted,
  part: Part,
  served: readonly Predictions[],
  hasOwnCode: boolean,
): number {
  const first = largestDifference(model, part.matrix, served);
  const largest = first <= 1e-6 ? first : largestDifference(model, part.afresh(), served);
  if (largest <= 1e-6) return largest;
  if (!hasOwnCode) throw new RangeError(`The graph differs from the trainer by ${largest}`);
  throw new MltError(
    `The saved Preprocessor gives other numbers than the one that was trained with (by ${largest})`,
    {
      hint: "Keep all that processX needs in plain fields of the Preprocessor, and let it depend on nothing else.",
    },
  );
}

function largestDifference(model: Fitted["model"], matrix: Matrix, served: readonly Predictions[]): number {
  const expected = model.kind === "classifier" ? model.predictProba(matrix) : model.predict(matrix);
  const differences = served.map((predictions) => differenceOf(expected, numbersOf(predictions, model.kind)));
  return Math.max(...differences);
}

/** What can be compared with what the trainer says; nothing where the two are of different kinds. */
function numbersOf(served: Predictions, kind: Fitted["model"]["kind"]): ArrayLike<number> {
  if (served.task === "classification") return kind === "classifier" ? served.probabilities : [];
  return kind === "regressor" ? served.values : [];
}

function differenceOf(expected: Float64Array, actual: ArrayLike<number>): number {
  let largest = expected.length === actual.length ? 0 : Number.POSITIVE_INFINITY;
  for (let index = 0; index < expected.length; index++) {
    const value = expected[index] ?? Number.NaN;
    const difference = Math.abs(value - (actual[index] ?? Number.NaN)) / Math.max(1, Math.abs(value));
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}
