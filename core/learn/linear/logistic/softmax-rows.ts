import type { ScoredRows, SoftmaxRows } from "./softmax-work.ts";

/** Of k classes: fills each row's probabilities, and turns scores into slopes. @returns the loss */
export function softmaxLoss(
  { codes, shares, probabilities, nScores }: SoftmaxRows,
  { start, nRows, scores, stride }: ScoredRows,
): number {
  const row = new Float64Array(nScores);
  let loss = 0;
  for (let at = 0; at < nRows; at++) {
    for (let k = 0; k < nScores; k++) row[k] = scores[k * stride + at] ?? 0;
    const own = codes[start + at] ?? 0;
    const share = shares[start + at] ?? 0;
    const ownScore = row[own] ?? 0;
    loss += share * (softmaxInPlace(row) - ownScore);
    probabilities.set(row, (start + at) * nScores);
    for (let k = 0; k < nScores; k++) scores[k * stride + at] = share * ((row[k] ?? 0) - Number(k === own));
  }
  return loss;
}

/** Of k classes: turns how scores change into how their slopes do. */
export function softmaxBends(
  { shares, probabilities, nScores }: SoftmaxRows,
  { start, nRows, scores, stride }: ScoredRows,
): number {
  for (let at = 0; at < nRows; at++) {
    const from = (start + at) * nScores;
    const share = shares[start + at] ?? 0;
    let mean = 0;
    for (let k = 0; k < nScores; k++) mean += (probabilities[from + k] ?? 0) * (scores[k * stride + at] ?? 0);
    for (let k = 0; k < nScores; k++) {
      const change = (scores[k * stride + at] ?? 0) - mean;
      scores[k * stride + at] = share * (probabilities[from + k] ?? 0) * change;
    }
  }
  return 0;
}

/** Turns scores into probabilities. @returns log of the sum of exp(score) */
function softmaxInPlace(scores: Float64Array): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < scores.length; k++) most = Math.max(most, scores[k] ?? 0);
  let sum = 0;
  for (let k = 0; k < scores.length; k++) {
    const weight = Math.exp((scores[k] ?? 0) - most);
    scores[k] = weight;
    sum += weight;
  }
  for (let k = 0; k < scores.length; k++) scores[k] = (scores[k] ?? 0) / sum;
  return most + Math.log(sum);
}
