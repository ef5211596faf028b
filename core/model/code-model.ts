import type { FeatureSpec } from "../features/feature-spec.ts";
import { type Fitted, fitModel, type Part, preprocess } from "./fit-model.ts";
import type { MadeModel, VerifiedModel } from "./made-model.ts";
import type { Predictions } from "./predictions.ts";
import { checkParity, exportModel, type ServedModel, type ServingParts } from "./served-model.ts";
import type { Steps } from "./steps.ts";
import type { TrainingData } from "./training-data.ts";

export interface CodeModelOptions {
  readonly spec: FeatureSpec;
  /** Of the model. */
  readonly name: string;
  readonly parts: ServingParts;
  readonly steps: Steps;
}

/** Makes the model by the project's own Preprocessor and trainModel. */
export async function codeModel(
  data: TrainingData,
  { spec, name, parts, steps }: CodeModelOptions,
): Promise<MadeModel> {
  const prepared = await steps.run(
    "Preprocess",
    () => preprocess(data, spec, parts.code, parts.frames),
    ({ train }) => `${train.matrix.columns.length} columns, ${place(train)}`,
  );
  const model = await steps.run(
    "Fit",
    () => fitModel(spec, prepared.train, parts.code),
    (fitted) => fitted.name,
  );
  const fitted = { ...prepared, model };
  const served = await steps.run("Export", () => exportModel(fitted, spec, name, parts), sizeOf);
  return {
    estimator: { name: model.name, params: model.params },
    classes: model.kind === "classifier" ? model.classes : [],
    train: fitted.train,
    test: fitted.test,
    onnx: served.onnx,
    ...(served.own === undefined ? {} : { own: served.own }),
    predict: served.predict,
    warnings: () => warningsOf(fitted, served),
    verify: () => verify(fitted, served),
    close: () => served.session.close(),
  };
}

async function verify(fitted: Fitted, served: ServedModel): Promise<VerifiedModel> {
  const train = await verifiedPart(fitted, fitted.train, served);
  const test = await verifiedPart(fitted, fitted.test, served);
  const largest = Math.max(train.difference, test.difference);
  return {
    train: train.predictions,
    test: test.predictions,
    detail: `served equals trained to ${largest.toExponential(0)}`,
  };
}

async function verifiedPart(
  fitted: Fitted,
  part: Part,
  served: ServedModel,
): Promise<{ readonly predictions: Predictions; readonly difference: number }> {
  const predictions = await served.predict(part.columns);
  const evaluated = await served.evaluate(part.columns);
  const answers = evaluated === undefined ? [predictions] : [predictions, evaluated];
  const difference = checkParity(fitted, part, answers, served.own !== undefined);
  return { predictions, difference };
}

function warningsOf({ model }: Fitted, served: ServedModel): string[] {
  const warnings: string[] = [];
  if ("converged" in model && model.converged === false) {
    warnings.push(`${model.name} did not converge: raise maxIter, or scale the features.`);
  }
  if (served.own !== undefined) {
    warnings.push("processX is the project's own code: it runs at every request, from preprocessor.js.");
  }
  return warnings;
}

function place({ matrix }: Part): string {
  return matrix.trace === undefined ? "by the project's own code" : "inside the graph";
}

function sizeOf({ onnx }: ServedModel): string {
  return onnx.length < 1e6 ? `${(onnx.length / 1e3).toFixed(1)} kB` : `${(onnx.length / 1e6).toFixed(1)} MB`;
}
