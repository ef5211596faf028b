import type { InferenceSession as OrtSession, Tensor as OrtTensor } from "onnxruntime-node";
import { ExitCode, MltError } from "../../core/errors.ts";
import type { Columns } from "../../core/features/columns.ts";
import type { InferenceSession } from "../../core/ports.ts";
import { loadOnnxRuntime } from "./load-onnxruntime.ts";

export interface SessionOptions {
  /** Threads inside one operator; one is fastest for small models under load. */
  readonly threads?: number;
}

/** Opens a graph in ONNX Runtime; rejects with `MltError` when it cannot. */
export async function openOnnxSession(
  onnx: Uint8Array,
  options: SessionOptions = {},
): Promise<InferenceSession> {
  const { InferenceSession, Tensor } = await loadOnnxRuntime();
  const session = await create(InferenceSession, onnx, options);
  let open = true;
  return {
    async run(inputs, names) {
      const tensors = Object.fromEntries(
        Array.from(inputs.values, ([name, values]) => [name, toTensor(Tensor, values, inputs)]),
      );
      const outputs = await session.run(tensors, names);
      return new Map(names.map((name) => [name, fromTensor(name, outputs[name])]));
    },
    async close() {
      if (!open) return;
      open = false;
      await session.release();
    },
  };
}

async function create(
  sessions: typeof OrtSession,
  onnx: Uint8Array,
  { threads = 1 }: SessionOptions,
): Promise<OrtSession> {
  try {
    return await sessions.create(onnx, {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      // Nothing but what ends the process: errors are thrown, and its warnings are of no use to who serves a model.
      logSeverityLevel: 4,
    });
  } catch (cause) {
    throw new MltError(`Cannot load the ONNX graph: ${firstLine(cause)}`, {
      hint: "Train the model again with mlt train.",
      exitCode: ExitCode.input,
      cause,
    });
  }
}

function toTensor(
  Tensor: typeof OrtTensor,
  values: Float32Array | readonly string[],
  { nRows }: Columns,
): OrtTensor {
  if (values instanceof Float32Array) return new Tensor("float32", values, [nRows, values.length / nRows]);
  return new Tensor("string", [...values], [nRows, values.length / nRows]);
}

function fromTensor(name: string, tensor: OrtTensor | undefined): Float32Array | readonly string[] {
  if (tensor === undefined) throw new RangeError(`The graph has no output "${name}"`);
  const { data } = tensor;
  if (data instanceof Float32Array) return data;
  if (tensor.type === "string") return Array.from(data, String);
  throw new RangeError(`The graph's output "${name}" is ${tensor.type}; it must be float32 or string`);
}

/** Without the place in the source of ONNX Runtime, and the signature of the function there. */
function firstLine(cause: unknown): string {
  const [line = ""] = (cause instanceof Error ? cause.message : String(cause)).split("\n", 1);
  return line.replace(/^\/\S+:\d+ .*?\) (?=[A-Z])/, "");
}
