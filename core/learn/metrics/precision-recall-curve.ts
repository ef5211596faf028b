import { thresholdSteps } from "./roc-curve.ts";

/** Precision against recall, from the highest threshold down; recall ascends from 0 to 1. */
export interface PrecisionRecallCurve {
  readonly points: readonly { readonly recall: number; readonly precision: number }[];
  /** Precision at each step, weighted by the recall it gains. */
  readonly averagePrecision: number;
  /** Share of positive rows: the precision of guessing. */
  readonly prevalence: number;
}

/**
 * Precision and recall of n_rows at each distinct score, after the point (0, 1) that scikit-learn adds.
 *
 * @param positive  whether each row is of the class that the score speaks for
 * @returns `undefined` when no row is positive
 */
export function precisionRecallCurve(
  positive: readonly boolean[],
  scores: Float32Array,
): PrecisionRecallCurve | undefined {
  const steps = thresholdSteps(positive, scores);
  const positives = steps.at(-1)?.truePositives ?? 0;
  if (positives === 0) return undefined;
  const points = [{ recall: 0, precision: 1 }];
  let averagePrecision = 0;
  let previousRecall = 0;
  for (const { truePositives, falsePositives } of steps) {
    const recall = truePositives / positives;
    const precision = truePositives / (truePositives + falsePositives);
    averagePrecision += (recall - previousRecall) * precision;
    previousRecall = recall;
    points.push({ recall, precision });
  }
  return { points, averagePrecision, prevalence: positives / positive.length };
}
