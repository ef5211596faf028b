import { openOnnxSession } from "../../adapters/onnxruntime/session.ts";
import { evaluateGraph } from "../../core/onnx/evaluate-graph.ts";
import { readGraph } from "../../core/onnx/read-graph.ts";

type Outputs = ReadonlyMap<string, Float32Array | readonly string[]>;

/**
 * Runs a graph once in ONNX Runtime on the named inputs, each n_rows × its columns.
 * What mlt evaluates itself it must evaluate to the same, to 1e-6: every graph that a test runs holds it to that.
 *
 * @returns all of its outputs
 */
export async function runOnnx(
  onnx: Uint8Array,
  nRows: number,
  inputs: Readonly<Record<string, Float32Array | readonly string[]>>,
): Promise<Outputs> {
  const { outputs: names } = readGraph(onnx);
  const columns = { nRows, values: new Map(Object.entries(inputs)) };
  const session = await openOnnxSession(onnx);
  try {
    const outputs = await session.run(columns, names);
    const own = await evaluateGraph(onnx)?.run(columns, names);
    for (const [name, values] of own ?? []) requireSame(name, values, outputs.get(name));
    return outputs;
  } finally {
    await session.close();
  }
}

function requireSame(name: string, own: ArrayLike<unknown>, runtime: ArrayLike<unknown> | undefined): void {
  const isSame = (a: unknown, b: unknown) =>
    Object.is(a, b) ||
    a === b ||
    (typeof a === "number" && typeof b === "number" && Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(b)));
  const length = Math.max(own.length, runtime?.length ?? 0);
  for (let index = 0; index < length; index++) {
    if (isSame(own[index], runtime?.[index])) continue;
    throw new Error(`"${name}" at ${index}: ONNX Runtime says ${runtime?.[index]}, mlt ${own[index]}`);
  }
}
