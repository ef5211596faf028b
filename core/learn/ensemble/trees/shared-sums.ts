import type { Matrix } from "../../matrix.ts";
import type { DoPart, Threads, Work } from "../../threads.ts";
import { shareOf } from "./shares.ts";
import { addBlock, blockRows, sumOfTrees, type TreeEnsemble } from "./tree-ensemble.ts";

interface SumShared {
  readonly ensemble: TreeEnsemble;
  readonly width: number;
  /** Rows of float32, `chunkRows` at most. */
  readonly values: Float32Array;
  /** n_rows × n_outputs. */
  readonly sums: Float64Array;
}

/** Rows that the threads share at a time. */
const chunkRows = 64 * blockRows;
/** Rows, each counted for every tree, that are worth waking other threads for. */
const leastWork = 1_000_000;
const nParts = 16;

/** Told the first row of a chunk and how many it has: adds up the trees for a share of them. */
export const sumWork: Work<SumShared> = {
  name: "sumOfTrees",
  prepare({ ensemble, width, values, sums }): DoPart {
    const { nOutputs } = ensemble;
    return (part, [first = 0, nRows = 0]) => {
      const share = shareOf({ from: 0, to: nRows, unit: blockRows }, part, nParts);
      for (let { start } = share; start < share.end; start += blockRows) {
        const end = Math.min(share.end, start + blockRows);
        const block = values.subarray(start * width, end * width);
        addBlock(ensemble, block, width, sums.subarray((first + start) * nOutputs, (first + end) * nOutputs));
      }
    };
  },
};

/** The same as `sumOfTrees`; of many rows each thread takes some. */
export function sharedSumOfTrees(ensemble: TreeEnsemble, matrix: Matrix, threads: Threads): Float64Array {
  const { nRows, data, columns } = matrix;
  const { trees, nOutputs, base } = ensemble;
  if (threads.count === 1 || nRows * trees.length < leastWork) return sumOfTrees(ensemble, matrix);
  const width = columns.length;
  const values = new Float32Array(threads.allocate(4 * chunkRows * width));
  const sums = new Float64Array(threads.allocate(8 * nRows * nOutputs));
  for (let at = 0; at < sums.length; at++) sums[at] = base[at % nOutputs] ?? 0;
  using team = threads.team(sumWork, { ensemble, width, values, sums });
  for (let start = 0; start < nRows; start += chunkRows) {
    const rows = Math.min(chunkRows, nRows - start);
    values.set(data.subarray(start * width, (start + rows) * width));
    team.run(nParts, [start, rows]);
  }
  // Not shared any more: not everything that takes numbers takes those.
  return sums.slice();
}
