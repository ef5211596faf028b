import type { Metrics } from "../../model/model-card.ts";
import type { RegressionEvaluation, WeightedScorer } from "./evaluation.ts";

/**
 * scikit-learn's r2, root mean squared, mean absolute, median absolute and largest error.
 * r2 is left out when the truth does not vary; everything is left out without rows.
 *
 * @throws {RangeError} when the lengths differ
 */
export function scoreRegression(evaluation: RegressionEvaluation): Metrics {
  return regressionScorer(evaluation)(new Int32Array(evaluation.truth.length).fill(1));
}

/** The metrics of `scoreRegression` under row weights: sorts once, then scores in O(n_rows). */
export function regressionScorer({ truth, predictions }: RegressionEvaluation): WeightedScorer {
  const n = truth.length;
  if (predictions.values.length !== n) {
    throw new RangeError(`Expected ${n} predictions, got ${predictions.values.length}`);
  }
  const errors = Float64Array.from(predictions.values, (value, row) => Math.abs(value - (truth[row] ?? 0)));
  const ascending = Int32Array.from({ length: n }, (_, row) => row).sort(
    (a, b) => (errors[a] ?? 0) - (errors[b] ?? 0),
  );
  return (weights) => {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    if (total === 0) return {};
    const { squared, absolute, largest } = errorSums(errors, weights);
    const variation = squaredDeviations(truth, weights, total);
    return {
      ...(variation === 0 ? {} : { r2: 1 - squared / variation }),
      rmse: Math.sqrt(squared / total),
      mae: absolute / total,
      median_absolute_error: weightedMedian(errors, ascending, weights, total),
      max_error: largest,
    };
  };
}

function errorSums(errors: Float64Array, weights: Int32Array) {
  let squared = 0;
  let absolute = 0;
  let largest = 0;
  for (let row = 0; row < errors.length; row++) {
    const weight = weights[row] ?? 0;
    if (weight === 0) continue;
    const error = errors[row] ?? 0;
    squared += weight * error * error;
    absolute += weight * error;
    if (error > largest) largest = error;
  }
  return { squared, absolute, largest };
}

function squaredDeviations(truth: ArrayLike<number>, weights: Int32Array, total: number): number {
  let sum = 0;
  for (let row = 0; row < truth.length; row++) sum += (weights[row] ?? 0) * (truth[row] ?? 0);
  const mean = sum / total;
  let squares = 0;
  let varies = false;
  let first: number | undefined;
  for (let row = 0; row < truth.length; row++) {
    const weight = weights[row] ?? 0;
    if (weight === 0) continue;
    const value = truth[row] ?? 0;
    first ??= value;
    varies ||= value !== first;
    squares += weight * (value - mean) ** 2;
  }
  // The mean of equal values may be off by rounding, and dividing by what is left would blow r2 up.
  return varies ? squares : 0;
}

/** The middle value, or the mean of the two middle ones, as if each value stood there `weight` times. */
function weightedMedian(
  values: Float64Array,
  ascending: Int32Array,
  weights: Int32Array,
  total: number,
): number {
  const valueAt = (place: number) => {
    let passed = 0;
    const row = ascending.find((candidate) => {
      passed += weights[candidate] ?? 0;
      return passed > place;
    });
    return values[row ?? 0] ?? 0;
  };
  const lower = valueAt(Math.floor((total - 1) / 2));
  return total % 2 === 1 ? lower : (lower + valueAt(total / 2)) / 2;
}
