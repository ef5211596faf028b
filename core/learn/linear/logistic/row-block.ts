import { doublesForKernels, rowsAtATime, wholeQuads } from "./kernel-memory.ts";

/** Some rows at a time, where the kernels see them, and the linear functions that are asked of them. */
export interface RowBlock {
  readonly mostRows: number;
  /** Of function k the scores begin at k × `mostRows`; the caller turns them into the factors of `add`. */
  readonly scores: Float64Array;
  /** Takes functions, nScores × width, their constants last, and begins their sums anew; other blocks are then lost. */
  begin(functions: Float64Array): void;
  /** Takes `nRows` rows, from `start` on. */
  read(start: number, nRows: number): void;
  /** Fills `scores`. */
  score(nRows: number): void;
  /** Adds each row, and a 1 where there are constants, times its factors to the sums. */
  add(nRows: number): void;
  /** What was added up, laid out like the functions. */
  writeSums(into: Float64Array): void;
}

export interface BlockRows {
  /** n_rows × n_columns. */
  readonly data: Float64Array;
  /** Is taken from each column. */
  readonly shift: Float64Array;
  /** Of a function: n_columns, and 1 more where it has a constant. */
  readonly width: number;
  readonly nScores: number;
}

const none = new Float64Array();

export function rowBlock({ data, shift, width, nScores }: BlockRows): RowBlock {
  const nColumns = shift.length;
  const padded = Math.ceil(nColumns / 2) * 2;
  const mostRows = rowsAtATime(nColumns);
  // Behind the last row, the second half of a pair.
  const sizes = [mostRows * nColumns + 2, padded, nScores * padded, nScores * padded, nScores * mostRows];
  const { kernels, arrays } = doublesForKernels(sizes);
  const [rows = none, shifts = none, weights = none, sums = none, scores = none] = arrays;
  const constants = new Float64Array(nScores);
  const constantSums = new Float64Array(nScores);
  const at = (array: Float64Array, index: number) => array.byteOffset + 8 * index;
  const shape = [8 * nColumns, 8 * padded, shifts.byteOffset] as const;
  return {
    mostRows,
    scores,
    begin(functions) {
      // What an earlier block left would count where pairs and quads are filled up.
      for (const array of arrays) array.fill(0);
      shifts.set(shift);
      for (let k = 0; k < nScores; k++) {
        weights.set(functions.subarray(k * width, k * width + nColumns), k * padded);
        constants[k] = nColumns < width ? (functions[k * width + nColumns] ?? 0) : 0;
      }
      constantSums.fill(0);
    },
    read(start, nRows) {
      rows.set(data.subarray(start * nColumns, (start + nRows) * nColumns));
    },
    score(nRows) {
      for (let k = 0; k < nScores; k++) {
        const [from, to] = [at(weights, k * padded), at(scores, k * mostRows)];
        kernels.score(rows.byteOffset, wholeQuads(nRows), ...shape, from, to, constants[k] ?? 0);
      }
    },
    add(nRows) {
      for (let k = 0; k < nScores; k++) {
        const factors = k * mostRows;
        // Earlier rows stand behind the last ones.
        scores.fill(0, factors + nRows, factors + wholeQuads(nRows));
        kernels.add(rows.byteOffset, wholeQuads(nRows), ...shape, at(scores, factors), at(sums, k * padded));
        let sum = 0;
        for (let row = factors; row < factors + nRows; row++) sum += scores[row] ?? 0;
        constantSums[k] = (constantSums[k] ?? 0) + sum;
      }
    },
    writeSums(into) {
      for (let k = 0; k < nScores; k++) {
        into.set(sums.subarray(k * padded, k * padded + nColumns), k * width);
        if (nColumns < width) into[k * width + nColumns] = constantSums[k] ?? 0;
      }
    },
  };
}
