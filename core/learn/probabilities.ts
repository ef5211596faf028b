/** Each row of scores, n_rows × k, as probabilities that sum to 1. */
export function softmaxRows(scores: Float64Array, k: number): Float64Array {
  const probabilities = new Float64Array(scores.length);
  for (let start = 0; start < scores.length; start += k) {
    const row = scores.subarray(start, start + k);
    const most = row.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    let sum = 0;
    for (let index = 0; index < k; index++) {
      const weight = Math.exp((row[index] ?? 0) - most);
      probabilities[start + index] = weight;
      sum += weight;
    }
    for (let index = 0; index < k; index++) {
      probabilities[start + index] = (probabilities[start + index] ?? 0) / sum;
    }
  }
  return probabilities;
}

/** The most probable class of each row, n_rows × k; of equals the first. */
export function mostProbable(probabilities: Float64Array, classes: readonly string[]): string[] {
  const k = classes.length;
  return Array.from({ length: probabilities.length / k }, (_, row) => {
    let best = 0;
    for (let index = 1; index < k; index++) {
      if ((probabilities[row * k + index] ?? 0) > (probabilities[row * k + best] ?? 0)) best = index;
    }
    return classes[best] ?? "";
  });
}
