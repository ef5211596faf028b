import type { LossRows, LossSpec } from "./losses.ts";

/** The loss of the rows, on average; `weights` undefined are all 1. */
export function meanLoss(
  loss: LossSpec,
  { targets, scores }: Pick<LossRows, "targets" | "scores">,
  weights: Float64Array | undefined,
): number {
  const lossOfRow = rowLoss(loss, scores);
  let sum = 0;
  let total = 0;
  for (let row = 0; row < targets.length; row++) {
    const weight = weights === undefined ? 1 : (weights[row] ?? 1);
    sum += weight * lossOfRow(row, targets[row] ?? 0);
    total += weight;
  }
  return sum / total;
}

function rowLoss(
  { name, share }: LossSpec,
  scores: readonly Float64Array[],
): (row: number, target: number) => number {
  const [first = new Float64Array()] = scores;
  if (name !== "log_loss") {
    const ofScore = regressionLoss({ name, share });
    return (row, target) => ofScore(first[row] ?? 0, target);
  }
  if (scores.length === 1) return (row, target) => softplus(first[row] ?? 0) - target * (first[row] ?? 0);
  return (row, target) => {
    let most = Number.NEGATIVE_INFINITY;
    for (const ofClass of scores) most = Math.max(most, ofClass[row] ?? 0);
    let sum = 0;
    for (const ofClass of scores) sum += Math.exp((ofClass[row] ?? 0) - most);
    return most + Math.log(sum) - (scores[target]?.[row] ?? 0);
  };
}

function regressionLoss({ name, share }: LossSpec): (score: number, target: number) => number {
  switch (name) {
    case "poisson":
      return (score, target) => Math.exp(score) - target * score;
    case "gamma":
      return (score, target) => score + target * Math.exp(-score);
    case "absolute_error":
      return (score, target) => Math.abs(target - score);
    case "quantile":
      return (score, target) => Math.max(share * (target - score), (share - 1) * (target - score));
    default:
      return (score, target) => (score - target) ** 2 / 2;
  }
}

/** log(1 + e^x) that does not overflow. */
function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}
