import { MltError } from "../errors.ts";
import { describeValue, isFrame } from "../learn/is-frame.ts";
import { Matrix } from "../learn/matrix.ts";
import { toMatrix } from "../learn/to-matrix.ts";

/**
 * What a project's `processX` returned, as numbers.
 *
 * @throws {MltError} when it is no matrix or frame, or holds text
 */
export function processedMatrix(processed: unknown): Matrix {
  if (processed instanceof Matrix || isFrame(processed)) return toMatrix(processed, "the model");
  throw new MltError(
    `Preprocessor.processX must return a Matrix or a DataFrame, not ${describeValue(processed)}`,
    {
      hint: "Return what a transformer of mlt returns, or a DataFrame of numbers.",
    },
  );
}
