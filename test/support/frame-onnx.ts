import type { Frame } from "../../core/learn/frame.ts";
import type { OnnxInputs } from "../../core/learn/matrix.ts";
import { OnnxGraph, type OnnxValue } from "../../core/onnx/graph.ts";
import { runOnnx } from "./run-onnx.ts";

const onnxTypes = { float: 1, double: 11 } as const;

export interface FrameRun {
  /** The frame that was trained on: says which columns are text. */
  readonly trained: Frame;
  /** The rows to run the graph on. */
  readonly request: Frame;
  /** Adds the nodes; their double result, n_rows × width, is the answer. */
  readonly build: (graph: OnnxGraph, inputs: OnnxInputs) => OnnxValue;
  readonly width: number;
}

/** What ONNX Runtime makes of a frame's rows, sent as a service sends them: float32, a missing text "". */
export async function runFrame({ trained, request, build, width }: FrameRun): Promise<Float32Array> {
  const graph = new OnnxGraph("test");
  const inputs = new Map<string, OnnxValue>();
  const tensors: Record<string, Float32Array | string[]> = {};
  for (const name of trained.columns) {
    const cells = request.getColumn(name).toArray();
    if (
      trained
        .getColumn(name)
        .toArray()
        .some((cell) => typeof cell === "string")
    ) {
      inputs.set(name, graph.input(name, "string", 1));
      tensors[name] = cells.map((cell) => (cell === null ? "" : String(cell)));
    } else {
      const raw = graph.input(name, "float", 1);
      inputs.set(name, graph.node("Cast", [raw], { to: { int: onnxTypes.double } }));
      tensors[name] = Float32Array.from(cells, (cell) => (cell === null ? Number.NaN : Number(cell)));
    }
  }
  const result = graph.node("Cast", [build(graph, inputs)], { to: { int: onnxTypes.float } });
  graph.output("result", result, "float", ["N", width]);
  const outputs = await runOnnx(graph.encode(), request.height, tensors);
  return Float32Array.from(outputs.get("result") ?? [], Number);
}
