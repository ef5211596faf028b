import type { ScoredRows, SoftmaxRows } from "./softmax-work.ts";

/** Of two classes: fills each row's probability of the second, and turns scores into slopes. @returns the loss */
export function binaryLoss(
  { codes, shares, probabilities }: SoftmaxRows,
  { start, nRows, scores }: ScoredRows,
): number {
  let loss = 0;
  for (let at = 0; at < nRows; at++) {
    const score = scores[at] ?? 0;
    const own = codes[start + at] ?? 0;
    const share = shares[start + at] ?? 0;
    const small = Math.exp(-Math.abs(score));
    const p = (score < 0 ? small : 1) / (1 + small);
    probabilities[start + at] = p;
    loss += share * (Math.max(score, 0) + Math.log1p(small) - own * score);
    scores[at] = share * (p - own);
  }
  return loss;
}

/** Of two classes: turns how scores change into how their slopes do. */
export function binaryBends(
  { shares, probabilities }: SoftmaxRows,
  { start, nRows, scores }: ScoredRows,
): number {
  for (let at = 0; at < nRows; at++) {
    const p = probabilities[start + at] ?? 0;
    scores[at] = (shares[start + at] ?? 0) * p * (1 - p) * (scores[at] ?? 0);
  }
  return 0;
}
