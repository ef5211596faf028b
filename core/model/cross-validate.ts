import type { FeatureSpec } from "../features/feature-spec.ts";
import { metricNames } from "../learn/metrics/metric-names.ts";
import { meanAndStd } from "../learn/statistics.ts";
import { evaluationOf, mainMetric, score } from "./evaluate.ts";
import { fitModel, preprocess } from "./fit-model.ts";
import { isProgram, type TrainingParts } from "./make-model.ts";
import type { Metrics, ModelCard } from "./model-card.ts";
import { toPredictions } from "./predictions.ts";
import { programModel } from "./program/program-model.ts";
import type { Steps } from "./steps.ts";
import type { TrainingData } from "./training-data.ts";

/** Scores of models that were each fitted on some of the rows to learn from, and scored on the others. */
export type CrossValidation = NonNullable<ModelCard["cross_validation"]>;

export interface CrossValidateOptions {
  readonly spec: FeatureSpec;
  readonly folds: number;
  readonly parts: TrainingParts;
  readonly steps: Steps;
}

/**
 * Fits the project's Preprocessor and model anew for each fold of the rows to learn from, by the rule that the held-out rows
 * were chosen by: as scikit-learn's cross_validate with StratifiedKFold, GroupKFold or TimeSeriesSplit. A metric that some
 * fold leaves undefined is left out.
 *
 * @throws {MltError} when the rows are too few for so many folds, or a fold cannot be fitted
 * @see Kohavi (1995), A Study of Cross-Validation and Bootstrap for Accuracy Estimation and Model Selection
 */
export async function crossValidate(
  data: TrainingData,
  { spec, folds, parts, steps }: CrossValidateOptions,
): Promise<CrossValidation> {
  const main = mainMetric(spec.task);
  const scores: Metrics[] = [];
  for (const [index, split] of data.division.folds(folds).entries()) {
    const metrics = await steps.run(
      `Fold ${index + 1} of ${folds}`,
      () => scoreFold({ ...data, split }, spec, parts),
      ({ [main]: value }) => (value === undefined ? "" : `${main} ${Number(value.toPrecision(4))}`),
    );
    scores.push(metrics);
  }
  return { folds, metrics: summarize(scores, metricNames(spec.task)) };
}

/** A fold is one step, whatever it takes. */
const untold: Steps = { run: async (_title, work) => await work(), warn: () => undefined };

async function scoreFold(data: TrainingData, spec: FeatureSpec, parts: TrainingParts): Promise<Metrics> {
  const { code, frames } = parts;
  if (isProgram(code)) {
    const options = { ...parts, spec, name: "fold", program: code, steps: untold };
    const made = await programModel(data, options);
    try {
      return score(evaluationOf((await made.verify()).test, made.test.truth, made.classes));
    } finally {
      await made.close();
    }
  }
  const { train, test } = preprocess(data, spec, code, frames);
  const model = await fitModel(spec, train, code);
  const [classes, scores] =
    model.kind === "classifier"
      ? [model.classes, model.predictProba(test.matrix)]
      : [[], model.predict(test.matrix)];
  const predictions = toPredictions(spec.task, classes, Float32Array.from(scores));
  return score(evaluationOf(predictions, test.truth, classes));
}

function summarize(scores: readonly Metrics[], names: readonly string[]): CrossValidation["metrics"] {
  const entries = names.flatMap((name) => {
    const values = scores.flatMap((metrics) => metrics[name] ?? []);
    if (values.length < scores.length) return [];
    return [[name, { ...meanAndStd(Float64Array.from(values)), scores: values }] as const];
  });
  return Object.fromEntries(entries);
}

/** A warning of the metrics that a fold left undefined. */
export function undefinedInFolds(
  { metrics, folds }: CrossValidation,
  { test }: ModelCard["metrics"],
): string[] {
  const lost = Object.keys(test).filter((name) => !(name in metrics));
  if (lost.length === 0) return [];
  return [`${lost.join(", ")}: not defined in each of the ${folds} folds, some of which lack a class.`];
}
