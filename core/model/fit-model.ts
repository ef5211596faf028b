import { MltError } from "../errors.ts";
import type { FeatureSpec } from "../features/feature-spec.ts";
import { readFrame } from "../features/read-frame.ts";
import type { Classifier, Regressor } from "../learn/estimator.ts";
import type { Frame } from "../learn/frame.ts";
import { isFrame } from "../learn/is-frame.ts";
import { Matrix } from "../learn/matrix.ts";
import type { FrameTools, ProjectCode, ProjectPreprocessor } from "../ports.ts";
import type { Side } from "./made-model.ts";
import { processedMatrix } from "./processed-matrix.ts";
import type { TrainingData } from "./training-data.ts";

/** One side of the split, as the project's Preprocessor leaves it. */
export interface Part extends Side {
  /** What the model is fitted on, or tested on. */
  readonly matrix: Matrix;
  /** The same rows as if they came later: another matrix only where a transformer cross-fits what it learns from. */
  afresh(): Matrix;
  /** The target as `processY` returned it: what `trainModel` is given; `truth` is the same as an array. */
  readonly y: unknown;
}

export interface Fitted {
  readonly model: Classifier | Regressor;
  readonly preprocessor: ProjectPreprocessor;
  readonly train: Part;
  readonly test: Part;
}

/** Fits the project's Preprocessor on the training rows, and puts both sides of the split through it. */
export function preprocess(
  data: Pick<TrainingData, "frame" | "split">,
  spec: FeatureSpec,
  code: ProjectCode,
  frames: FrameTools,
): Omit<Fitted, "model"> {
  const preprocessor = code.newPreprocessor();
  const [train, test] = [data.split.train, data.split.test].map((rows) => {
    const { X, y } = splitXy(preprocessor, frames.take(data.frame, rows));
    const columns = readFrame(X, spec.features, "Preprocessor.splitXy");
    return { columns, X: frames.fromColumns(columns, spec.features), y };
  });
  if (train === undefined || test === undefined) throw new RangeError("A split has two sides");
  refusePromise(preprocessor.fitY(train.y), "fitY");
  const y = preprocessor.processY(train.y);
  refusePromise(preprocessor.fitX(train.X, y), "fitX");
  const finish = (part: typeof train, processedY: unknown): Part => {
    const matrix = matrixOf(preprocessor.processX(part.X), part.X);
    const truth = truthOf(processedY, part.columns.nRows);
    if (spec.task === "regression") checkNumbers(truth);
    const afresh = () => processedAfresh(preprocessor, part.X, frames);
    return { columns: part.columns, matrix, afresh, y: processedY, truth };
  };
  return { preprocessor, train: finish(train, y), test: finish(test, preprocessor.processY(test.y)) };
}

/**
 * The rows as if they came later. With the first of them once more at the end they are not those that a
 * transformer was fitted on, and so it does not cross-fit them.
 */
function processedAfresh(preprocessor: ProjectPreprocessor, X: Frame, frames: FrameTools): Matrix {
  const again = frames.take(
    X,
    Int32Array.from({ length: X.height + 1 }, (_, row) => row % X.height),
  );
  const { columns, data } = matrixOf(preprocessor.processX(again), again);
  return new Matrix(columns, data.subarray(0, X.height * columns.length));
}

function splitXy(preprocessor: ProjectPreprocessor, data: Frame): { readonly X: Frame; readonly y: unknown } {
  const parts: unknown = preprocessor.splitXy(data);
  if (typeof parts === "object" && parts !== null && "X" in parts && "y" in parts && isFrame(parts.X)) {
    return { X: parts.X, y: parts.y };
  }
  throw new MltError("Preprocessor.splitXy must return { X, y } with a DataFrame X", {
    hint: "Return { X: data.drop(target), y: data.getColumn(target) }.",
  });
}

/** Nobody would wait for it: the rows would go through a Preprocessor that is not fitted yet. */
function refusePromise(returned: unknown, method: string): void {
  if (!(returned instanceof Promise)) return;
  // It may reject later, when this refusal has been told.
  returned.catch(() => undefined);
  throw new MltError(`Preprocessor.${method} must not be async`, {
    hint: "Load what it needs in the data loader, or at the top of train.ts.",
  });
}

/** The trace is kept only where it starts at the very frame that the project was given: then no code of its own ran. */
function matrixOf(processed: unknown, X: Frame): Matrix {
  const matrix = processedMatrix(processed, X.height);
  if (matrix.trace?.source === X) return matrix;
  const { columns, categorical } = matrix;
  return new Matrix(columns, Float64Array.from(matrix.data, Math.fround), { categorical });
}

function truthOf(y: unknown, nRows: number): readonly unknown[] {
  const values = toValues(y);
  if (values === undefined || values.length !== nRows) {
    throw new MltError(`Preprocessor.processY must return one value a row, ${nRows} in all`, {
      hint: "Return the series y itself, or an array of its length.",
    });
  }
  return values;
}

/** The service answers in float32. */
function checkNumbers(truth: readonly unknown[]): void {
  const row = truth.findIndex((value) => !Number.isFinite(Math.fround(Number(value))));
  if (row === -1) return;
  throw new MltError(`Preprocessor.processY gave ${truth[row]}, which float32 cannot hold`, {
    hint: "Return finite numbers under 3.4e38, such as the target in another unit.",
  });
}

function toValues(y: unknown): readonly unknown[] | undefined {
  if (typeof y !== "object" || y === null) return undefined;
  if ("toArray" in y && typeof y.toArray === "function") return y.toArray();
  if (Array.isArray(y)) return y;
  return y instanceof Float64Array || y instanceof Float32Array || y instanceof Int32Array
    ? Array.from(y)
    : undefined;
}

/** Calls the project's `trainModel` and makes sure that what it returns can be served. */
export async function fitModel(
  spec: FeatureSpec,
  train: Part,
  code: ProjectCode,
): Promise<Classifier | Regressor> {
  const model = await code.trainModel(train.matrix, train.y);
  if (!isEstimator(model)) {
    throw new MltError("trainModel must return a fitted estimator of mlt", {
      hint: 'Return new LogisticRegression().fit(X, y), or another estimator of the module "mlt".',
    });
  }
  const expected = spec.task === "classification" ? "classifier" : "regressor";
  if (model.kind !== expected) {
    throw new MltError(`trainModel returned a ${model.kind}, and features.yaml says task: ${spec.task}`, {
      hint: `Return a ${expected}, or change the task in features.yaml.`,
    });
  }
  if (model.kind === "classifier") checkGetClasses(model, code);
  return model;
}

function checkGetClasses(model: Classifier, code: ProjectCode): void {
  const given = code.getClasses(model).map(String);
  if (given.length === model.classes.length && given.every((label, index) => label === model.classes[index]))
    return;
  throw new MltError(
    `getClasses returned [${given.join(", ")}], and the model's probabilities stand in the order [${model.classes.join(", ")}]`,
    { hint: "Return model.classes." },
  );
}

function isEstimator(value: unknown): value is Classifier | Regressor {
  return (
    typeof value === "object" &&
    value !== null &&
    "kind" in value &&
    (value.kind === "classifier" || value.kind === "regressor") &&
    "toOnnx" in value &&
    typeof value.toOnnx === "function"
  );
}
