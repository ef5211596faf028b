import { ascendingOrder } from "./ascending-order.ts";

/** Rates at each threshold, from "nothing is positive" (0, 0) to "everything is" (1, 1). */
export interface RocCurve {
  readonly points: readonly { readonly falsePositiveRate: number; readonly truePositiveRate: number }[];
  /** Area under the curve. */
  readonly auc: number;
}

/**
 * Receiver operating characteristic of n_rows, a point for each distinct score.
 *
 * @param positive  whether each row is of the class that the score speaks for
 * @returns `undefined` when the rows are all positive or all negative
 */
export function rocCurve(positive: readonly boolean[], scores: Float32Array): RocCurve | undefined {
  const steps = thresholdSteps(positive, scores);
  const last = steps.at(-1);
  if (!last || last.truePositives === 0 || last.falsePositives === 0) return undefined;
  const points = [{ falsePositiveRate: 0, truePositiveRate: 0 }];
  let auc = 0;
  for (const step of steps) {
    const previous = points.at(-1) ?? { falsePositiveRate: 0, truePositiveRate: 0 };
    const point = {
      falsePositiveRate: step.falsePositives / last.falsePositives,
      truePositiveRate: step.truePositives / last.truePositives,
    };
    const width = point.falsePositiveRate - previous.falsePositiveRate;
    auc += (width * (point.truePositiveRate + previous.truePositiveRate)) / 2;
    points.push(point);
  }
  return { points, auc };
}

/** How many rows of each kind score at least `threshold`. */
export interface ThresholdStep {
  readonly threshold: number;
  readonly truePositives: number;
  readonly falsePositives: number;
}

/** One step for each distinct score, from the highest down. */
export function thresholdSteps(positive: readonly boolean[], scores: Float32Array): ThresholdStep[] {
  const order = ascendingOrder(scores);
  const steps: ThresholdStep[] = [];
  let truePositives = 0;
  let falsePositives = 0;
  for (let place = order.length - 1; place >= 0; place--) {
    const row = order[place] ?? 0;
    if (positive[row]) truePositives += 1;
    else falsePositives += 1;
    const threshold = scores[row] ?? 0;
    if (place === 0 || scores[order[place - 1] ?? 0] !== threshold) {
      steps.push({ threshold, truePositives, falsePositives });
    }
  }
  return steps;
}
