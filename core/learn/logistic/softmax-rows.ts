import type { RowRange, SoftmaxRows } from "./softmax-work.ts";

/** Of k classes: each row's probabilities, and the sums of the loss and its slopes. */
export function addSoftmaxLoss(rows: SoftmaxRows, { start, end, sums }: RowRange): void {
  const { codes, shares, probabilities, nScores } = rows;
  const errors = new Float64Array(nScores);
  let loss = 0;
  for (let row = start; row < end; row++) {
    scoreRow(rows, row, { functions: rows.point, scores: errors });
    const own = codes[row] ?? 0;
    const share = shares[row] ?? 0;
    const ownScore = errors[own] ?? 0;
    loss += share * (softmaxInPlace(errors) - ownScore);
    probabilities.set(errors, row * nScores);
    errors[own] = (errors[own] ?? 0) - 1;
    for (let k = 0; k < nScores; k++) errors[k] = share * (errors[k] ?? 0);
    addRow(rows, row, { factors: errors, sums });
  }
  sums[rows.point.length] = loss;
}

/** Of k classes: the Hessian of the mean loss times the direction. */
export function addSoftmaxBends(rows: SoftmaxRows, { start, end, sums }: RowRange): void {
  const { shares, probabilities, nScores } = rows;
  const changes = new Float64Array(nScores);
  for (let row = start; row < end; row++) {
    scoreRow(rows, row, { functions: rows.direction, scores: changes });
    let mean = 0;
    for (let k = 0; k < nScores; k++) mean += (probabilities[row * nScores + k] ?? 0) * (changes[k] ?? 0);
    const share = shares[row] ?? 0;
    for (let k = 0; k < nScores; k++) {
      changes[k] = share * (probabilities[row * nScores + k] ?? 0) * ((changes[k] ?? 0) - mean);
    }
    addRow(rows, row, { factors: changes, sums });
  }
}

interface Scored {
  readonly functions: Float64Array;
  readonly scores: Float64Array;
}

/** The linear functions of one row. */
function scoreRow({ data, width, nScores }: SoftmaxRows, row: number, { functions, scores }: Scored): void {
  const start = row * width;
  for (let k = 0; k < nScores; k++) {
    const from = k * width;
    let even = 0;
    let odd = 0;
    let column = 0;
    for (; column + 1 < width; column += 2) {
      even += (data[start + column] ?? 0) * (functions[from + column] ?? 0);
      odd += (data[start + column + 1] ?? 0) * (functions[from + column + 1] ?? 0);
    }
    if (column < width) even += (data[start + column] ?? 0) * (functions[from + column] ?? 0);
    scores[k] = even + odd;
  }
}

interface Added {
  readonly factors: Float64Array;
  readonly sums: Float64Array;
}

/** Adds the row, times the factor of each function, to the sums. */
function addRow({ data, width, nScores }: SoftmaxRows, row: number, { factors, sums }: Added): void {
  const start = row * width;
  for (let k = 0; k < nScores; k++) {
    const factor = factors[k] ?? 0;
    const from = k * width;
    for (let column = 0; column < width; column++) {
      sums[from + column] = (sums[from + column] ?? 0) + factor * (data[start + column] ?? 0);
    }
  }
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
