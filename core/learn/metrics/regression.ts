import type { Metrics } from "../../model/model-card.ts";
import { ascendingOrder } from "./ascending-order.ts";
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
  const errors = new Float64Array(n);
  for (let row = 0; row < n; row++) {
    errors[row] = Math.abs((predictions.values[row] ?? 0) - (truth[row] ?? 0));
  }
  const ascending = ascendingOrder(errors);
  const deviations = deviationsOf(truth);
  return (weights) => {
    const { total, squared, absolute, largest, variation } = weightedSums(errors, deviations, weights);
    if (total === 0) return {};
    return {
      ...(variation === 0 ? {} : { r2: 1 - squared / variation }),
      rmse: Math.sqrt(squared / total),
      mae: absolute / total,
      median_absolute_error: weightedMedian({ values: errors, ascending, weights, total }),
      max_error: largest,
    };
  };
}

/** From the mean, so that squares of them can be summed up in one pass without a loss. */
function deviationsOf(truth: ArrayLike<number>): Float64Array {
  let mean = 0;
  for (let row = 0; row < truth.length; row++) mean += ((truth[row] ?? 0) - mean) / (row + 1);
  return Float64Array.from(truth, (value) => value - mean);
}

/** Sums over the rows, each as often as it weighs; `variation` is the squared distance from the mean of those rows. */
function weightedSums(errors: Float64Array, deviations: Float64Array, weights: Int32Array) {
  let total = 0;
  let squared = 0;
  let absolute = 0;
  let largest = 0;
  let sum = 0;
  let squares = 0;
  let varies = false;
  let first: number | undefined;
  for (let row = 0; row < errors.length; row++) {
    const weight = weights[row] ?? 0;
    if (weight === 0) continue;
    const error = errors[row] ?? 0;
    const deviation = deviations[row] ?? 0;
    first ??= deviation;
    if (deviation !== first) varies = true;
    total += weight;
    squared += weight * error * error;
    absolute += weight * error;
    if (error > largest) largest = error;
    sum += weight * deviation;
    squares += weight * deviation * deviation;
  }
  // The mean of equal values may be off by rounding, and dividing by what is left would blow r2 up.
  const variation = varies ? squares - (sum * sum) / total : 0;
  return { total, squared, absolute, largest, variation };
}

interface Weighted {
  readonly values: Float64Array;
  /** Row numbers, ascending by value. */
  readonly ascending: Int32Array;
  readonly weights: Int32Array;
  /** Sum of the weights. */
  readonly total: number;
}

/** The middle value, or the mean of the two middle ones, as if each value stood there `weight` times. */
function weightedMedian({ values, ascending, weights, total }: Weighted): number {
  const [low, high] = [Math.floor((total - 1) / 2), Math.floor(total / 2)];
  let passed = 0;
  let lower: number | undefined;
  for (let place = 0; place < ascending.length; place++) {
    const row = ascending[place] ?? 0;
    passed += weights[row] ?? 0;
    if (lower === undefined && passed > low) lower = values[row] ?? 0;
    if (passed > high) return ((lower ?? 0) + (values[row] ?? 0)) / 2;
  }
  return 0;
}
