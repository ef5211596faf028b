import { meanAndStd, median, quantile } from "./statistics.ts";

/** Mean of values of which each counts as often as it weighs; equal values have exactly their own mean. */
export function weightedMean(values: Float64Array, weights: Float64Array | undefined): number {
  if (weights === undefined) return meanAndStd(values).mean;
  const [first = Number.NaN] = values;
  if (values.every((value) => value === first)) return first;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return values.reduce((sum, value, row) => sum + (weights[row] ?? 0) * value, 0) / total;
}

/** The value with half of the weight on either side; where two values share that, the mean of both. */
export function weightedMedian(values: Float64Array, weights: Float64Array | undefined): number {
  return weights === undefined ? median(values) : weightedQuantile(values, weights, 0.5);
}

/** The value with a share of the weight below it; where two values share that, the mean of both. Without weights, interpolated. */
export function weightedQuantile(
  values: Float64Array,
  weights: Float64Array | undefined,
  share: number,
): number {
  if (weights === undefined) return quantile(values.toSorted(), share);
  const order = Array.from(values.keys()).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const wanted = share * weights.reduce((sum, weight) => sum + weight, 0);
  let below = 0;
  for (const [place, row] of order.entries()) {
    below += weights[row] ?? 0;
    const value = values[row] ?? 0;
    if (below === wanted) return value + ((values[order[place + 1] ?? row] ?? value) - value) / 2;
    if (below > wanted) return value;
  }
  return Number.NaN;
}
