import type { LogisticProblem } from "./logistic-problem.ts";
import { weightedSquares } from "./weighted-squares.ts";

/** The Hessian of a log loss around a point, as coordinate descent asks for it, which goes along one weight after the other. */
export interface LossHessian {
  /** The Hessian times the way gone so far: the entry that belongs to a weight. */
  bendAt(at: number): number;
  /** Goes on along one weight. */
  move(at: number, change: number): void;
}

export interface HessianPlace {
  readonly problem: LogisticProblem;
  /** The columns of the problem's data, standardised. */
  readonly columns: readonly Float64Array[];
  /** n_rows of the first score, then of the second, and so on. */
  readonly probabilities: Float64Array;
}

/** With more weights the matrix would take longer to make than it saves. */
const mostWeights = 256;

export function lossHessian(place: HessianPlace): LossHessian {
  const size = place.problem.nScores * place.columns.length;
  return size > mostWeights ? rowwiseHessian(place) : matrixHessian(place, size);
}

/** The matrix, size × size. */
function matrixHessian({ problem, columns, probabilities }: HessianPlace, size: number): LossHessian {
  const matrix = new Float64Array(size * size);
  const nRows = problem.codes.length;
  const width = columns.length;
  const bends = new Float64Array(nRows);
  for (let a = 0; a < problem.nScores; a++) {
    for (let b = 0; b <= a; b++) {
      for (let row = 0; row < nRows; row++) {
        const other = Number(a === b) - (probabilities[b * nRows + row] ?? 0);
        bends[row] = (problem.shares[row] ?? 0) * (probabilities[a * nRows + row] ?? 0) * other;
      }
      const block = weightedSquares(problem, bends);
      setBlock(matrix, size, { block, width, a, b });
    }
  }
  const products = new Float64Array(size);
  return {
    bendAt: (at) => products[at] ?? 0,
    move(at, change) {
      for (let to = 0; to < size; to++) {
        products[to] = (products[to] ?? 0) + change * (matrix[at * size + to] ?? 0);
      }
    },
  };
}

interface Block {
  readonly block: Float64Array;
  readonly width: number;
  readonly a: number;
  readonly b: number;
}

/** Puts a symmetric block where two functions meet, and where they meet the other way round. */
function setBlock(matrix: Float64Array, size: number, { block, width, a, b }: Block): void {
  for (let i = 0; i < width; i++) {
    for (let j = 0; j < width; j++) {
      const value = block[i < j ? j * width + i : i * width + j] ?? 0;
      matrix[(a * width + i) * size + b * width + j] = value;
      matrix[(b * width + j) * size + a * width + i] = value;
    }
  }
}

/** The way is kept as changes of the rows' scores, and every entry is a pass over the rows. */
function rowwiseHessian({ problem, columns, probabilities }: HessianPlace): LossHessian {
  const { shares } = problem;
  const nRows = shares.length;
  const shared = probabilities.map((p, at) => p * (shares[at % nRows] ?? 0));
  const changes = new Float64Array(probabilities.length);
  /** The mean of each row's changes by its probabilities. */
  const means = new Float64Array(nRows);
  return {
    bendAt(at) {
      const values = columns[at % columns.length] ?? means;
      const from = Math.floor(at / columns.length) * nRows;
      let sum = 0;
      for (let row = 0; row < nRows; row++) {
        const change = (changes[from + row] ?? 0) - (means[row] ?? 0);
        sum += (values[row] ?? 0) * (shared[from + row] ?? 0) * change;
      }
      return sum;
    },
    move(at, change) {
      const values = columns[at % columns.length] ?? means;
      const from = Math.floor(at / columns.length) * nRows;
      for (let row = 0; row < nRows; row++) {
        const step = change * (values[row] ?? 0);
        changes[from + row] = (changes[from + row] ?? 0) + step;
        means[row] = (means[row] ?? 0) + (probabilities[from + row] ?? 0) * step;
      }
    },
  };
}
