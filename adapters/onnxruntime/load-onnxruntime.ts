import { prepareNative } from "../natives.ts";

export type OnnxRuntime = typeof import("onnxruntime-node");

/** ONNX Runtime, once its native library lies where it can be opened. */
export async function loadOnnxRuntime(): Promise<OnnxRuntime> {
  await prepareNative("onnxruntime");
  return await import("onnxruntime-node");
}
