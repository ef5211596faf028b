import type { DoPart, Work } from "../threads.ts";
import { addBinaryBends, addBinaryLoss } from "./binary-rows.ts";
import { addSoftmaxBends, addSoftmaxLoss } from "./softmax-rows.ts";

/** The rows of a logistic problem, and what is computed from them; every array in memory that all threads see. */
export interface SoftmaxRows {
  readonly data: Float64Array;
  readonly codes: Int32Array;
  readonly shares: Float64Array;
  readonly nScores: number;
  readonly width: number;
  readonly rowsPerPart: number;
  /** Where the loss is asked for: width weights for each score. */
  readonly point: Float64Array;
  /** A direction to go from there. */
  readonly direction: Float64Array;
  /** n_rows × nScores, of the last point. */
  readonly probabilities: Float64Array;
  /** For each part, a vector like a point, then the loss. */
  readonly sums: Float64Array;
}

/** A stretch of rows, and where their sums are added to: a vector like a point, then the loss. */
export interface RowRange {
  readonly start: number;
  readonly end: number;
  readonly sums: Float64Array;
}

/** The steps: `loss` fills `probabilities` and sums loss and gradient, `bends` sums the Hessian times the direction. */
export const softmaxStep = { loss: 0, bends: 1 } as const;

/**
 * Passes over the rows of a logistic problem. A part is a fixed stretch of rows with sums of its own, so that the total
 * does not depend on how many threads there are.
 */
export const softmaxWork: Work<SoftmaxRows> = { name: "softmax", prepare };

function prepare(rows: SoftmaxRows): DoPart {
  const { codes, point, sums, rowsPerPart, nScores } = rows;
  const addLoss = nScores === 1 ? addBinaryLoss : addSoftmaxLoss;
  const addBends = nScores === 1 ? addBinaryBends : addSoftmaxBends;
  const size = point.length + 1;
  return (part, numbers) => {
    const start = part * rowsPerPart;
    const range = {
      start,
      end: Math.min(codes.length, start + rowsPerPart),
      sums: sums.subarray(part * size, (part + 1) * size).fill(0),
    };
    if (numbers[0] === softmaxStep.loss) addLoss(rows, range);
    else addBends(rows, range);
  };
}
