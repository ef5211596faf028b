import type { FeatureSpec } from "../features/feature-spec.ts";
import { type Artifact, buildArtifact, type Identity } from "./artifact.ts";
import { scoreInPlace, type Trial, unfairness } from "./compare.ts";
import { hashData } from "./data-hash.ts";
import { evaluationOf, importance, intervals, mainMetric, score } from "./evaluate.ts";
import { type Fitted, fitModel, type Part, preprocess } from "./fit-model.ts";
import { checkBounds, checkNotWorse, type MetricBound } from "./gates.ts";
import type { Metrics } from "./model-card.ts";
import type { Predictor } from "./predictor.ts";
import { checkParity, exportModel, type ServedModel, type ServingParts } from "./served-model.ts";
import type { Steps } from "./steps.ts";
import { checkTrainingData, type TrainingData } from "./training-data.ts";

export interface TrainOptions {
  readonly spec: FeatureSpec;
  readonly identity: Identity;
  readonly seed: number;
  /** Share of the rows that are held out, between 0 and 1. */
  readonly testSize: number;
  /** Passed to the loader: how many rows to load at most. */
  readonly nRows?: number;
  readonly bounds: readonly MetricBound[];
  /** The model in place, to be beaten or equalled. */
  readonly inPlace?: Predictor;
  readonly parts: ServingParts;
  readonly steps: Steps;
}

export interface Trained {
  readonly artifact: Artifact;
  readonly intervals: ReturnType<typeof intervals>;
  /** Scores of the model in place on the same held-out rows. */
  readonly inPlace?: Metrics;
  readonly warnings: readonly string[];
}

/**
 * From the project's data to a model that was evaluated in the form in which it will be served.
 *
 * @throws {MltError} when the data, the project's code or the new model is not good enough
 */
export async function trainModel(options: TrainOptions): Promise<Trained> {
  const { spec, steps, parts } = options;
  const data = await loadData(options);
  const prepared = await steps.run(
    "Preprocess",
    () => preprocess(data, spec, parts.code, parts.frames),
    ({ train }) => `${train.matrix.columns.length} columns, ${place(train)}`,
  );
  const model = await steps.run(
    "Fit",
    () => fitModel(spec, prepared.train, parts.code),
    ({ name }) => name,
  );
  const fitted = { ...prepared, model };
  const served = await steps.run(
    "Export",
    () => exportModel(fitted, spec, options.identity.name, parts),
    sizeOf,
  );
  try {
    return await evaluateAndPack(options, data, fitted, served);
  } finally {
    await served.session.close();
  }
}

async function loadData({ spec, seed, testSize, nRows, parts, steps }: TrainOptions): Promise<TrainingData> {
  const loaded = await steps.run("Load data", () =>
    parts.code.loadData(nRows === undefined ? {} : { nRows }),
  );
  return steps.run(
    "Check and split",
    () => checkTrainingData(loaded, spec, { testSize, seed }),
    ({ split }) => `${split.train.length} rows to learn from, ${split.test.length} held out (seed ${seed})`,
  );
}

async function evaluateAndPack(
  options: TrainOptions,
  data: TrainingData,
  fitted: Fitted,
  served: ServedModel,
): Promise<Trained> {
  const { spec, seed, steps } = options;
  const classes = fitted.model.kind === "classifier" ? fitted.model.classes : [];
  const { train, test } = await steps.run(
    "Verify",
    async () => ({
      train: await verified(fitted, fitted.train, served, classes),
      test: await verified(fitted, fitted.test, served, classes),
    }),
    (both) =>
      `served equals trained to ${Math.max(both.train.difference, both.test.difference).toExponential(0)}`,
  );
  const metrics = { train: score(train.evaluation), test: score(test.evaluation) };
  const trial = await trialOf(options, data, fitted.test, classes);
  const inPlace = await passGates(options, trial, metrics.test);
  const { columns, truth } = fitted.test;
  const evaluated = await steps.run("Evaluate", async () => ({
    intervals: intervals(test.evaluation, seed),
    importance: await importance({ task: spec.task, classes, columns, truth, predict: served.predict, seed }),
  }));
  const warnings = [
    ...warningsOf(fitted, served, data),
    ...(options.inPlace === undefined ? [] : unfairness(options.inPlace, trial)),
  ];
  const results = { metrics, train: train.evaluation, test: test.evaluation };
  const replaced = inPlace && { version: options.inPlace?.card.version ?? "", metrics: inPlace };
  const artifact = await buildArtifact({
    ...options,
    dataHash: trial.dataHash,
    data,
    fitted,
    served,
    results,
    warnings,
    ...evaluated,
    inPlace: replaced,
  });
  return {
    artifact,
    intervals: evaluated.intervals,
    warnings,
    ...(inPlace === undefined ? {} : { inPlace }),
  };
}

async function trialOf(
  { spec, seed, parts }: TrainOptions,
  data: TrainingData,
  { truth }: Part,
  classes: readonly string[],
): Promise<Trial> {
  const heldOut = parts.frames.take(data.frame, data.split.test);
  return { spec, seed, classes, heldOut, truth, dataHash: await hashData(data.columns, data.target) };
}

/** @returns the scores of the model in place, if there is one to beat */
async function passGates(
  { spec, bounds, inPlace }: TrainOptions,
  trial: Trial,
  metrics: Metrics,
): Promise<Metrics | undefined> {
  const before = inPlace && (await scoreInPlace(inPlace, trial));
  checkBounds(metrics, bounds);
  if (before !== undefined) checkNotWorse(metrics, before, bounds[0]?.metric ?? mainMetric(spec.task));
  return before;
}

async function verified(fitted: Fitted, part: Part, served: ServedModel, classes: readonly string[]) {
  const predictions = await served.predict(part.columns);
  const hasOwnCode = served.own !== undefined;
  const evaluated = (await served.evaluate(part.columns)) ?? predictions;
  const difference = Math.max(
    checkParity(fitted, part, predictions, hasOwnCode),
    checkParity(fitted, part, evaluated, hasOwnCode),
  );
  return { evaluation: evaluationOf(predictions, part.truth, classes), difference };
}

function warningsOf({ model, test }: Fitted, served: ServedModel, data: TrainingData): string[] {
  const warnings: string[] = [];
  if ("converged" in model && model.converged === false) {
    warnings.push(`${model.name} did not converge: raise maxIter, or scale the features.`);
  }
  if (served.own !== undefined) {
    warnings.push("processX is the project's own code: it runs at every request, from preprocessor.js.");
  }
  if (test.truth.length < 30) {
    warnings.push(
      `Only ${test.truth.length} of ${data.columns.nRows} rows were held out: the intervals are wide.`,
    );
  }
  return warnings;
}

function place({ matrix }: Part): string {
  return matrix.trace === undefined ? "by the project's own code" : "inside the graph";
}

function sizeOf({ onnx }: ServedModel): string {
  return onnx.length < 1e6 ? `${(onnx.length / 1e3).toFixed(1)} kB` : `${(onnx.length / 1e6).toFixed(1)} MB`;
}
