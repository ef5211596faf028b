import { openOnnxSession } from "../../adapters/onnxruntime/session.ts";

type Outputs = ReadonlyMap<string, Float32Array | readonly string[]>;

/** Runs a graph once on the named inputs, each n_rows × its columns. */
export async function runOnnx(
  onnx: Uint8Array,
  nRows: number,
  inputs: Readonly<Record<string, Float32Array | readonly string[]>>,
): Promise<Outputs> {
  const session = await openOnnxSession(onnx);
  try {
    return await session.run({ nRows, values: new Map(Object.entries(inputs)) });
  } finally {
    await session.close();
  }
}
