import type { DoPart, Work } from "../../threads.ts";
import { binaryBends, binaryLoss } from "./binary-rows.ts";
import { rowBlock } from "./row-block.ts";
import { softmaxBends, softmaxLoss } from "./softmax-rows.ts";

/** The rows of a logistic problem, and what is computed from them; every array in memory that all threads see. */
export interface SoftmaxRows {
  /** n_rows × n_columns as they are. */
  readonly data: Float64Array;
  /** What is taken from each column. */
  readonly shift: Float64Array;
  readonly codes: Int32Array;
  readonly shares: Float64Array;
  readonly nScores: number;
  readonly width: number;
  readonly rowsPerPart: number;
  /** Where the loss is asked for: width weights of the shifted columns for each score, the last of a column of ones. */
  readonly point: Float64Array;
  /** A direction to go from there. */
  readonly direction: Float64Array;
  /** n_rows × nScores, of the last point. */
  readonly probabilities: Float64Array;
  /** For each part, a vector like a point, then the loss. */
  readonly sums: Float64Array;
}

/** Some rows whose scores were computed; of each class they begin `stride` after those of the one before. */
export interface ScoredRows {
  readonly start: number;
  readonly nRows: number;
  readonly scores: Float64Array;
  readonly stride: number;
}

/** The steps: `loss` fills `probabilities` and sums loss and gradient, `bends` sums the Hessian times the direction. */
export const softmaxStep = { loss: 0, bends: 1 } as const;

/**
 * Passes over the rows of a logistic problem. A part is a fixed stretch of rows with sums of its own, so that the total
 * does not depend on how many threads there are.
 */
export const softmaxWork: Work<SoftmaxRows> = { name: "softmax", prepare };

function prepare(rows: SoftmaxRows): DoPart {
  const { codes, point, direction, sums, rowsPerPart, nScores } = rows;
  const [fillLoss, fillBends] = nScores === 1 ? [binaryLoss, binaryBends] : [softmaxLoss, softmaxBends];
  const size = point.length + 1;
  const block = rowBlock(rows);
  return (part, numbers) => {
    const isLoss = numbers[0] === softmaxStep.loss;
    const fill = isLoss ? fillLoss : fillBends;
    const end = Math.min(codes.length, (part + 1) * rowsPerPart);
    let loss = 0;
    block.begin(isLoss ? point : direction);
    for (let start = part * rowsPerPart; start < end; start += block.mostRows) {
      const nRows = Math.min(block.mostRows, end - start);
      block.read(start, nRows);
      block.score(nRows);
      loss += fill(rows, { start, nRows, scores: block.scores, stride: block.mostRows });
      block.add(nRows);
    }
    block.writeSums(sums.subarray(part * size));
    sums[(part + 1) * size - 1] = loss;
  };
}
