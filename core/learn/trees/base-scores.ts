import { weightedMean } from "../weighted-statistics.ts";
import type { LossName } from "./losses.ts";

/** The best score that is the same for all rows, for each output. */
export function baseScores(
  loss: LossName,
  targets: Float64Array,
  weights: Float64Array | undefined,
  nOutputs: number,
): Float64Array {
  if (loss === "squared_error") return Float64Array.of(weightedMean(targets, weights));
  if (nOutputs === 1) {
    const share = weightedMean(targets, weights);
    return Float64Array.of(Math.log(share / (1 - share)));
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
