/** Rows whose score fell into one bin. */
export interface CalibrationBin {
  readonly meanScore: number;
  /** Share of these rows that are positive: equals `meanScore` where the model is calibrated. */
  readonly positiveShare: number;
  readonly rows: number;
}

/**
 * Reliability of probabilities in bins of equal width over [0, 1], empty ones left out.
 *
 * @param positive  whether each row is of the class that the score speaks for
 * @see Niculescu-Mizil & Caruana (2005), Predicting Good Probabilities With Supervised Learning
 */
export function calibrationCurve(
  positive: readonly boolean[],
  scores: ArrayLike<number>,
  bins: number,
): CalibrationBin[] {
  const sums = Array.from({ length: bins }, () => ({ score: 0, positives: 0, rows: 0 }));
  for (const [row, isPositive] of positive.entries()) {
    const score = scores[row] ?? 0;
    // A score on an edge belongs to the bin below, as in scikit-learn.
    const bin = sums[Math.max(0, Math.ceil(score * bins) - 1)];
    if (!bin) throw new RangeError(`Expected a probability, got ${score}`);
    bin.score += score;
    bin.positives += isPositive ? 1 : 0;
    bin.rows += 1;
  }
  return sums
    .filter(({ rows }) => rows > 0)
    .map(({ score, positives, rows }) => ({
      meanScore: score / rows,
      positiveShare: positives / rows,
      rows,
    }));
}

/**
 * How far the probabilities are from what happened, on average over the rows: 0 where the model is calibrated.
 *
 * @param bins  of `calibrationCurve`
 * @see Guo, Pleiss, Sun & Weinberger (2017), On Calibration of Modern Neural Networks, section 2
 */
export function expectedCalibrationError(bins: readonly CalibrationBin[]): number {
  let gaps = 0;
  let all = 0;
  for (const { meanScore, positiveShare, rows } of bins) {
    gaps += rows * Math.abs(positiveShare - meanScore);
    all += rows;
  }
  return all === 0 ? 0 : gaps / all;
}
