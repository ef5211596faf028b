import type { DataFinding } from "../data-quality/data-finding.ts";
import { inspectData } from "../data-quality/inspect-data.ts";
import type { FeatureSpec } from "../features/feature-spec.ts";
import type { ScoredRun } from "../runs/run-record.ts";
import { type Artifact, buildArtifact, type Identity } from "./artifact.ts";
import { scoreInPlace, type Trial, unfairness } from "./compare.ts";
import { type Comparison, checkNotWorse, compareScores, worseByOthers } from "./comparison.ts";
import { type CrossValidation, crossValidate, undefinedInFolds } from "./cross-validate.ts";
import { hashData } from "./data-hash.ts";
import { splitCard } from "./divide-rows.ts";
import { evaluationOf, importance, intervals, mainMetric, type Scored, score } from "./evaluate.ts";
import { checkBounds, type MetricBound } from "./gates.ts";
import type { MadeModel, Side } from "./made-model.ts";
import { isProgram, makeModel, type TrainingParts } from "./make-model.ts";
import type { Predictor } from "./predictor.ts";
import type { Steps } from "./steps.ts";
import { checkTrainingData, type HoldOut, loneClasses, type TrainingData } from "./training-data.ts";

export interface TrainOptions extends HoldOut {
  readonly spec: FeatureSpec;
  readonly identity: Identity;
  /** Passed to the loader: how many rows to load at most. */
  readonly nRows?: number;
  /** In how many parts the rows to learn from are also cross-validated. */
  readonly folds?: number;
  readonly bounds: readonly MetricBound[];
  /** The model in place, to be beaten or equalled. */
  readonly inPlace?: Predictor;
  readonly parts: TrainingParts;
  readonly steps: Steps;
  /** Told what is known once the model is scored, before it is judged. */
  readonly onScored?: (scored: ScoredRun) => void;
}

export interface Trained {
  readonly artifact: Artifact;
  readonly intervals: ReturnType<typeof intervals>;
  /** With the model in place, on the same held-out rows. */
  readonly comparison?: Comparison;
  /** What the data are like; told before the training as well. */
  readonly findings: readonly DataFinding[];
  readonly warnings: readonly string[];
}

/**
 * From the project's data to a model that was evaluated in the form in which it will be served.
 *
 * @throws {MltError} when the data, the project's code or the new model is not good enough
 */
export async function trainModel(options: TrainOptions): Promise<Trained> {
  const data = await loadData(options);
  const findings = inspectData(data, options.spec);
  for (const { message } of findings) options.steps.warn(message);
  const { folds } = options;
  const crossValidation = folds === undefined ? undefined : await crossValidate(data, { ...options, folds });
  const made = await makeModel(data, { ...options, name: options.identity.name });
  try {
    return { ...(await evaluateAndPack({ ...options, crossValidation, findings }, data, made)), findings };
  } finally {
    await made.close();
  }
}

async function loadData(options: TrainOptions): Promise<TrainingData> {
  const { spec, nRows, parts, steps } = options;
  const { code } = parts;
  const loader = isProgram(code) ? { loader: code.loader } : {};
  const loaded = await steps.run("Load data", () => code.loadData(nRows === undefined ? {} : { nRows }));
  return steps.run(
    "Check and split",
    () => checkTrainingData(loaded, spec, { ...options, ...loader }),
    ({ split, division }) =>
      `${split.train.length} rows to learn from, ${split.test.length} held out (${division.words})`,
  );
}

interface PackOptions extends TrainOptions {
  readonly crossValidation: CrossValidation | undefined;
  readonly findings: readonly DataFinding[];
}

async function evaluateAndPack(
  options: PackOptions,
  data: TrainingData,
  made: MadeModel,
): Promise<Omit<Trained, "findings">> {
  const { spec, seed, steps, crossValidation } = options;
  const { classes } = made;
  const verified = await steps.run(
    "Verify",
    () => made.verify(),
    ({ detail }) => detail,
  );
  const train = evaluationOf(verified.train, made.train.truth, classes);
  const test = evaluationOf(verified.test, made.test.truth, classes);
  const metrics = { train: score(train), test: score(test) };
  const trial = await trialOf(options, data, made.test, classes);
  options.onScored?.(scoredRun(made, metrics, { trial, crossValidation }));
  const comparison = await passGates(options, trial, { evaluation: test, metrics: metrics.test });
  const evaluated = await steps.run("Evaluate", async () => ({
    intervals: intervals(test, seed),
    importance: await importance({ task: spec.task, classes, ...made.test, predict: made.predict, seed }),
  }));
  const warnings = [
    ...loneClasses(data, spec),
    ...made.warnings(),
    ...fewRows(made, data),
    ...(crossValidation === undefined ? [] : undefinedInFolds(crossValidation, metrics)),
    ...comparisonWarnings(options.inPlace, comparison, trial),
  ];
  const results = { metrics, train, test };
  const replaced = comparison && { version: options.inPlace?.card.version ?? "", comparison };
  const artifact = await buildArtifact({
    ...options,
    dataHash: trial.dataHash,
    split: trial.split,
    data,
    made,
    results,
    warnings,
    ...evaluated,
    inPlace: replaced,
  });
  return {
    artifact,
    intervals: evaluated.intervals,
    warnings,
    ...(comparison === undefined ? {} : { comparison }),
  };
}

function scoredRun(
  { estimator, train, test }: MadeModel,
  metrics: ScoredRun["metrics"],
  {
    trial,
    crossValidation,
  }: { readonly trial: Trial; readonly crossValidation: CrossValidation | undefined },
): ScoredRun {
  return {
    estimator,
    metrics,
    data_sha256: trial.dataHash,
    rows: { train: train.truth.length, test: test.truth.length },
    ...(crossValidation === undefined ? {} : { cross_validation: crossValidation.metrics }),
  };
}

async function trialOf(
  options: TrainOptions,
  data: TrainingData,
  { truth }: Side,
  classes: readonly string[],
): Promise<Trial> {
  const { spec, seed, parts } = options;
  const heldOut = parts.frames.take(data.frame, data.split.test);
  const dataHash = await hashData(data.columns, data.target, data.division.key);
  return { spec, seed, split: splitCard(options), classes, heldOut, truth, dataHash };
}

/** @returns the comparison with the model in place, if there is one to beat */
async function passGates(
  { spec, bounds, inPlace, seed, steps }: TrainOptions,
  trial: Trial,
  candidate: Scored,
): Promise<Comparison | undefined> {
  const before = inPlace && (await scoreInPlace(inPlace, trial));
  checkBounds(candidate.metrics, bounds);
  if (inPlace === undefined || before === undefined) return undefined;
  const metric = bounds[0]?.metric ?? mainMetric(spec.task);
  const comparison = compareScores(candidate, before, { metric, seed });
  // Told now, since the model is refused.
  if (comparison.verdict === "worse") {
    for (const warning of unfairness(inPlace, trial)) steps.warn(warning);
  }
  checkNotWorse(comparison);
  return comparison;
}

function comparisonWarnings(
  inPlace: Predictor | undefined,
  comparison: Comparison | undefined,
  trial: Trial,
): string[] {
  if (inPlace === undefined || comparison === undefined) return [];
  return [...worseByOthers(comparison), ...unfairness(inPlace, trial)];
}

function fewRows({ test }: MadeModel, { columns }: TrainingData): string[] {
  if (test.truth.length >= 30) return [];
  return [`Only ${test.truth.length} of ${columns.nRows} rows were held out: the intervals are wide.`];
}
