import { meanAndStd, median } from "./statistics.ts";

/** Mean of values of which each counts as often as it weighs; equal values have exactly their own mean. */
export function weightedMean(values: Float64Array, weights: Float64Array | undefined): number {
  return weightedScale(values, weights).mean;
}

/** Mean and standard deviation (ddof 0) of finite values, in two passes; undefined weights are all 1. */
export function weightedScale(
  values: Float64Array,
  weights: Float64Array | undefined,
): { readonly mean: number; readonly std: number } {
  if (weights === undefined) return meanAndStd(values);
  const [first = Number.NaN] = values;
  if (values.every((value) => value === first)) return { mean: first, std: Number.isNaN(first) ? first : 0 };
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let mean = 0;
  for (let row = 0; row < values.length; row++) mean += ((weights[row] ?? 0) * (values[row] ?? 0)) / total;
  let squares = 0;
  for (let row = 0; row < values.length; row++)
    squares += (weights[row] ?? 0) * ((values[row] ?? 0) - mean) ** 2;
  return { mean, std: Math.sqrt(squares / total) };
}

/** The value with half of the weight on either side; where two values share that, the mean of both. */
export function weightedMedian(values: Float64Array, weights: Float64Array | undefined): number {
  if (weights === undefined) return median(values);
  const order = Array.from(values.keys()).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const half = weights.reduce((sum, weight) => sum + weight, 0) / 2;
  let below = 0;
  for (const [place, row] of order.entries()) {
    below += weights[row] ?? 0;
    const value = values[row] ?? 0;
    if (below === half) return value + ((values[order[place + 1] ?? row] ?? value) - value) / 2;
    if (below > half) return value;
  }
  return Number.NaN;
}
