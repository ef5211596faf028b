import type { RowRange, SoftmaxRows } from "./softmax-work.ts";

/** Of two classes: the probability of the second in each row, and the sums of the loss and its slopes. */
export function addBinaryLoss(
  { data, codes, shares, probabilities, width, point }: SoftmaxRows,
  { start, end, sums }: RowRange,
): void {
  let loss = 0;
  for (let row = start; row < end; row++) {
    const score = dotRow(data, row * width, point);
    const own = codes[row] ?? 0;
    const share = shares[row] ?? 0;
    const small = Math.exp(-Math.abs(score));
    const p = (score < 0 ? small : 1) / (1 + small);
    probabilities[row] = p;
    loss += share * (Math.max(score, 0) + Math.log1p(small) - own * score);
    addRow(sums, data, row * width, { factor: share * (p - own), width });
  }
  sums[width] = loss;
}

/** Of two classes: the Hessian of the mean loss times the direction. */
export function addBinaryBends(
  { data, shares, probabilities, width, direction }: SoftmaxRows,
  { start, end, sums }: RowRange,
): void {
  for (let row = start; row < end; row++) {
    const p = probabilities[row] ?? 0;
    const change = dotRow(data, row * width, direction);
    addRow(sums, data, row * width, { factor: (shares[row] ?? 0) * p * (1 - p) * change, width });
  }
}

/** The product of a row, which begins at `start`, and a vector. Four sums, so that none waits for the one before. */
function dotRow(data: Float64Array, start: number, vector: Float64Array): number {
  const width = vector.length;
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let column = 0;
  for (; column + 3 < width; column += 4) {
    a += (data[start + column] ?? 0) * (vector[column] ?? 0);
    b += (data[start + column + 1] ?? 0) * (vector[column + 1] ?? 0);
    c += (data[start + column + 2] ?? 0) * (vector[column + 2] ?? 0);
    d += (data[start + column + 3] ?? 0) * (vector[column + 3] ?? 0);
  }
  for (; column < width; column++) a += (data[start + column] ?? 0) * (vector[column] ?? 0);
  return a + b + (c + d);
}

function addRow(
  sums: Float64Array,
  data: Float64Array,
  start: number,
  { factor, width }: { readonly factor: number; readonly width: number },
): void {
  for (let column = 0; column < width; column++) {
    sums[column] = (sums[column] ?? 0) + factor * (data[start + column] ?? 0);
  }
}
