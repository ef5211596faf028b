import type { Metrics } from "../../model/model-card.ts";
import { classificationScorer } from "./classification.ts";
import type { LabelsOrNumbers, WeightedScorer } from "./evaluation.ts";
import { regressionScorer } from "./regression.ts";

/** Where a value would lie in 95 of 100 draws of as many rows from the same source. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

const maxResamples = 1_000;
const minResamples = 100;
/** Row visits in all: well under a second. */
const workBudget = 30_000_000;

/**
 * Scores of models on resamples of n_rows, drawn with replacement; each resample is the same rows for all of the models.
 * There are 1,000 of them, fewer (at least 100) where n_rows × classes exceeds 30,000.
 *
 * @param evaluations  of the same rows
 * @returns for each resample the metrics of each model
 * @see Efron & Tibshirani (1993), An Introduction to the Bootstrap, chapter 13
 */
export function resampledScores(
  evaluations: readonly LabelsOrNumbers[],
  random: () => number,
): readonly (readonly Metrics[])[] {
  const n = evaluations[0]?.truth.length ?? 0;
  if (evaluations.some(({ truth }) => truth.length !== n)) throw new RangeError("The rows differ");
  const passes = Math.max(...evaluations.map(passesOf));
  const affordable = Math.floor(workBudget / Math.max(1, n * passes));
  const resamples = Math.min(maxResamples, Math.max(minResamples, affordable));
  const scorers = evaluations.map(scorerOf);
  const weights = new Int32Array(n);
  return Array.from({ length: n === 0 ? 0 : resamples }, () => {
    resample(weights, random);
    return scorers.map((score) => score(weights));
  });
}

function passesOf(evaluation: LabelsOrNumbers): number {
  return evaluation.task === "classification" ? evaluation.classes.length : 1;
}

function scorerOf(evaluation: LabelsOrNumbers): WeightedScorer {
  return evaluation.task === "classification"
    ? classificationScorer(evaluation)
    : regressionScorer(evaluation);
}

function resample(weights: Int32Array, random: () => number): void {
  const n = weights.length;
  weights.fill(0);
  for (let drawn = 0; drawn < n; drawn++) {
    const row = Math.floor(random() * n);
    weights[row] = (weights[row] ?? 0) + 1;
  }
}

/** The middle 95 % of ascending values, by linear interpolation between them, as in numpy. */
export function middleInterval(ascending: Float64Array): Interval {
  return { low: percentile(ascending, 0.025), high: percentile(ascending, 0.975) };
}

function percentile(ascending: Float64Array, share: number): number {
  const place = share * (ascending.length - 1);
  const below = ascending[Math.floor(place)] ?? 0;
  const above = ascending[Math.ceil(place)] ?? 0;
  return below + (above - below) * (place - Math.floor(place));
}
