import { evaluateGraph } from "../core/onnx/evaluate-graph.ts";
import type { InferenceSession } from "../core/ports.ts";
import { openOnnxSession, type SessionOptions } from "./onnxruntime/session.ts";

/** Opens a graph where it runs fastest: a small one of mlt's own here, any other in ONNX Runtime. */
export async function openGraphSession(
  onnx: Uint8Array,
  options?: SessionOptions,
): Promise<InferenceSession> {
  return evaluateGraph(onnx) ?? (await openOnnxSession(onnx, options));
}
