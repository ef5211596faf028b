import { weightedMean, weightedQuantile } from "../../weighted-statistics.ts";
import type { LossSpec } from "./losses.ts";

/** The best score that is the same for all rows, for each output. */
export function baseScores(
  { name, share }: LossSpec,
  targets: Float64Array,
  weights: Float64Array | undefined,
  nOutputs: number,
): Float64Array {
  if (isQuantile(name)) return Float64Array.of(weightedQuantile(targets, weights, share));
  if (nOutputs === 1) {
    const mean = weightedMean(targets, weights);
    if (name === "squared_error") return Float64Array.of(mean);
    return Float64Array.of(Math.log(name === "log_loss" ? mean / (1 - mean) : mean));
  }
  return Float64Array.from({ length: nOutputs }, (_, code) =>
    Math.log(
      weightedMean(
        targets.map((target) => Number(target === code)),
        weights,
      ),
    ),
  );
}

/** Whether leaves say a quantile of what their rows lack. */
export function isQuantile(name: LossSpec["name"]): boolean {
  return name === "absolute_error" || name === "quantile";
}
