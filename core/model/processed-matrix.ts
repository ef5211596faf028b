import { MltError } from "../errors.ts";
import { describeValue, isFrame } from "../learn/is-frame.ts";
import { Matrix } from "../learn/matrix.ts";
import { toMatrix } from "../learn/to-matrix.ts";

/**
 * What a project's `processX` made of n_rows, as numbers.
 *
 * @throws {MltError} when it is no matrix or frame, has lost rows, or holds text
 */
export function processedMatrix(processed: unknown, nRows: number): Matrix {
  if (processed instanceof Matrix || isFrame(processed)) {
    const matrix = toMatrix(processed, "the model");
    if (matrix.nRows === nRows) return matrix;
    throw new MltError(`Preprocessor.processX made ${matrix.nRows} rows of ${nRows}`, {
      hint: "Keep every row in processX; drop rows in the data loader.",
    });
  }
  throw new MltError(
    `Preprocessor.processX must return a Matrix or a DataFrame, not ${describeValue(processed)}`,
    {
      hint: "Return what a transformer of mlt returns, or a DataFrame of numbers.",
    },
  );
}
