import type { OnnxGraph, OnnxValue } from "../../onnx/graph.ts";

/** The same row for each row of `x`, whatever it holds, as ONNX nodes. @returns double n_rows × the row's length */
export function constantRowsToOnnx(row: ArrayLike<number>, graph: OnnxGraph, x: OnnxValue): OnnxValue {
  const int64 = (value: number) => graph.constant({ type: "int64", shape: [1], values: [value] });
  const nRows = graph.node("Gather", [graph.node("Shape", [x]), int64(0)], { axis: { int: 0 } });
  const shape = graph.node("Concat", [nRows, int64(row.length)], { axis: { int: 0 } });
  const values = graph.constant({ type: "double", shape: [1, row.length], values: row });
  return graph.node("Expand", [values, shape]);
}
