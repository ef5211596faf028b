import type { Metrics } from "../../model/model-card.ts";
import { classificationScorer } from "./classification.ts";
import type { LabelsOrNumbers } from "./evaluation.ts";
import { regressionScorer } from "./regression.ts";

/** Where a metric would lie in 95 of 100 draws of as many rows from the same source. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

const maxResamples = 1_000;
const minResamples = 100;
/** Row visits in all: well under a second. */
const workBudget = 30_000_000;

// The bootstrap cannot see past the largest error that was observed, so an interval of it would mislead.
const withoutInterval: ReadonlySet<string> = new Set(["max_error"]);

/**
 * 95 % percentile bootstrap intervals of the metrics: 1,000 resamples of the rows, fewer (at least 100) where
 * n_rows × classes exceeds 30,000.
 * A metric has none when over half of the resamples leave it undefined, when it is the same in all of them (a
 * model that was always right: nothing is learned of how often it is wrong), or when it is `max_error`.
 *
 * @see Efron & Tibshirani (1993), An Introduction to the Bootstrap, chapter 13
 */
export function bootstrapIntervals(
  evaluation: LabelsOrNumbers,
  random: () => number,
): Readonly<Record<string, Interval>> {
  const n = evaluation.truth.length;
  const scorer =
    evaluation.task === "classification" ? classificationScorer(evaluation) : regressionScorer(evaluation);
  const passes = evaluation.task === "classification" ? evaluation.classes.length : 1;
  const affordable = Math.floor(workBudget / Math.max(1, n * passes));
  const resamples = Math.min(maxResamples, Math.max(minResamples, affordable));
  const weights = new Int32Array(n);
  const draws = Array.from({ length: n === 0 ? 0 : resamples }, () => {
    resample(weights, random);
    return scorer(weights);
  });
  return intervalsOf(draws);
}

function resample(weights: Int32Array, random: () => number): void {
  const n = weights.length;
  weights.fill(0);
  for (let drawn = 0; drawn < n; drawn++) {
    const row = Math.floor(random() * n);
    weights[row] = (weights[row] ?? 0) + 1;
  }
}

function intervalsOf(draws: readonly Metrics[]): Readonly<Record<string, Interval>> {
  const metrics = new Set(draws.flatMap((draw) => Object.keys(draw)));
  const intervals: Record<string, Interval> = {};
  for (const metric of metrics.difference(withoutInterval)) {
    const values = Float64Array.from(draws.flatMap((draw) => draw[metric] ?? [])).sort();
    const interval = { low: percentile(values, 0.025), high: percentile(values, 0.975) };
    // Sums of equal values in another order differ by rounding.
    const varies = interval.high - interval.low > 1e-9 * Math.abs(interval.high);
    if (varies && values.length >= draws.length / 2) intervals[metric] = interval;
  }
  return intervals;
}

/** By linear interpolation between ascending values, as in numpy. */
function percentile(ascending: Float64Array, share: number): number {
  const place = share * (ascending.length - 1);
  const below = ascending[Math.floor(place)] ?? 0;
  const above = ascending[Math.ceil(place)] ?? 0;
  return below + (above - below) * (place - Math.floor(place));
}
