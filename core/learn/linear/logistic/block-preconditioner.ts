import { type LogisticProblem, smallerProblem } from "./logistic-problem.ts";
import { someRows } from "./some-rows.ts";
import { standardizeRow } from "./standardized-columns.ts";
import { weightedSquares } from "./weighted-squares.ts";

/** Rows that the approximation looks at; of very many, one of so many: it saves passes over them all. */
const sampleSize = 4_096;
const oneOfMany = 64;
/** More columns would take longer to factorise than they save. */
const mostColumns = 256;

/**
 * Divides a vector, in place, by an approximation of the Hessian: of every function by itself, from some of the rows;
 * of many columns only the diagonal. For two classes and few rows it is the Hessian.
 *
 * @see Byrd, Chin, Neveitt & Nocedal (2011), On the Use of Stochastic Hessian Information in Optimization Methods for
 *   Machine Learning
 */
export function blockPreconditioner(
  problem: LogisticProblem,
  probabilities: Float64Array,
): (vector: Float64Array) => void {
  const { nScores, ridge } = problem;
  const width = ridge.length;
  const oneOf = Math.max(1, Math.min(oneOfMany, Math.floor(problem.codes.length / sampleSize)));
  const some = oneOf === 1 ? problem : smallerProblem(problem, oneOf);
  const theirs = oneOf === 1 ? probabilities : someRows(probabilities, nScores, oneOf);
  const blocks = Array.from({ length: nScores }, (_, score) => {
    const block = hessianBlock(some, theirs, score);
    factorize(block, width);
    return block;
  });
  return (vector) => {
    for (const [score, block] of blocks.entries()) {
      solve(block, vector.subarray(score * width, (score + 1) * width));
    }
  };
}

/** The Hessian of one function: width × width. */
function hessianBlock(problem: LogisticProblem, probabilities: Float64Array, score: number): Float64Array {
  const { nScores, ridge } = problem;
  const bends = problem.shares.map((share, row) => {
    const p = probabilities[row * nScores + score] ?? 0;
    return share * p * (1 - p);
  });
  const block = ridge.length > mostColumns ? squaresAlone(problem, bends) : weightedSquares(problem, bends);
  const usual = bends.reduce((sum, bend) => sum + bend, 0);
  addDiagonal(block, ridge, usual);
  return block;
}

/**
 * Adds the ridge, and a little so that nothing is divided by 0.
 *
 * @param usual  how much a column bends the loss: all are of one size
 */
function addDiagonal(block: Float64Array, ridge: Float64Array, usual: number): void {
  for (const [column, strength] of ridge.entries()) {
    const at = column * ridge.length + column;
    // A sample may not hold what only few rows have.
    const isSeen = (block[at] ?? 0) > 0.1 * usual;
    block[at] = (block[at] ?? 0) + strength + usual * (isSeen ? 1e-7 : 1e-2) || 1;
  }
}

/** Of the matrix of `weightedSquares` the diagonal alone. */
function squaresAlone({ data, columns, ridge }: LogisticProblem, weights: Float64Array): Float64Array {
  const width = ridge.length;
  const block = new Float64Array(width * width);
  const values = new Float64Array(width);
  for (let row = 0; row < weights.length; row++) {
    standardizeRow(data, row, { columns, into: values });
    for (let i = 0; i < width; i++) {
      block[i * (width + 1)] = (block[i * (width + 1)] ?? 0) + (weights[row] ?? 0) * (values[i] ?? 0) ** 2;
    }
  }
  return block;
}

/** Replaces the lower triangle of a positive matrix by its Cholesky factor. */
function factorize(block: Float64Array, width: number): void {
  for (let i = 0; i < width; i++) {
    const row = block.subarray(i * width, (i + 1) * width);
    for (let j = 0; j < i; j++) row[j] = reduced(row, block, j) / (block[j * (width + 1)] ?? 1);
    const rest = (row[i] ?? 0) - squares(row, i);
    // Rounding can leave nothing of a column that depends on others.
    row[i] = Math.sqrt(rest > 1e-12 * (row[i] ?? 0) ? rest : (row[i] ?? 1));
  }
}

function reduced(row: Float64Array, block: Float64Array, j: number): number {
  const width = row.length;
  let value = row[j] ?? 0;
  for (let k = 0; k < j; k++) value -= (row[k] ?? 0) * (block[j * width + k] ?? 0);
  return value;
}

function squares(row: Float64Array, length: number): number {
  let sum = 0;
  for (let k = 0; k < length; k++) sum += (row[k] ?? 0) ** 2;
  return sum;
}

/** Solves factor · factorᵀ · x = vector in place. */
function solve(factor: Float64Array, vector: Float64Array): void {
  const width = vector.length;
  for (let i = 0; i < width; i++) {
    let value = vector[i] ?? 0;
    for (let k = 0; k < i; k++) value -= (factor[i * width + k] ?? 0) * (vector[k] ?? 0);
    vector[i] = value / (factor[i * width + i] ?? 1);
  }
  solveTransposed(factor, vector);
}

function solveTransposed(factor: Float64Array, vector: Float64Array): void {
  const width = vector.length;
  for (let i = width - 1; i >= 0; i--) {
    let value = vector[i] ?? 0;
    for (let k = i + 1; k < width; k++) value -= (factor[k * width + i] ?? 0) * (vector[k] ?? 0);
    vector[i] = value / (factor[i * width + i] ?? 1);
  }
}
