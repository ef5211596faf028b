import { stat } from "node:fs/promises";
import { ExitCode, MltError } from "../../core/errors.ts";

/** A protobuf message, which an ONNX file is, holds no more. */
const largestModel = 2 ** 31 - 1;

/**
 * Makes sure that a program wrote its file, before anything is read of it.
 *
 * @throws {MltError} external: where there is none, or something that cannot be read as one
 */
export async function requireOutput(output: string, shown: string): Promise<void> {
  const isModel = output.endsWith(".onnx");
  const hint = `Write ${isModel ? "the model as ONNX" : "the rows"} to the file that the variable MLT_OUTPUT names.`;
  const refuse = (problem: string, cause?: unknown) =>
    new MltError(`"${shown}" ended without an error, and ${problem}`, {
      hint,
      exitCode: ExitCode.external,
      cause,
    });
  const found = await stat(output).catch((cause: unknown) => {
    throw refuse("wrote no file to MLT_OUTPUT", cause);
  });
  if (!found.isFile()) throw refuse("made MLT_OUTPUT something else than a file");
  if (isModel && found.size > largestModel) {
    throw refuse(`wrote ${found.size} bytes to MLT_OUTPUT, where an ONNX model has fewer than 2 GiB`);
  }
}
