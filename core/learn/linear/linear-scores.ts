import type { OnnxGraph, OnnxValue } from "../../onnx/graph.ts";
import type { Matrix } from "../matrix.ts";

/** m linear functions of n_columns. */
export interface LinearFunctions {
  /** m rows of n_columns. */
  readonly coef: readonly Float64Array[];
  /** m constant terms. */
  readonly intercept: Float64Array;
}

/** The value of each function in each row: n_rows × m. */
export function linearScores(
  { coef, intercept }: LinearFunctions,
  { data, nRows, columns }: Matrix,
): Float64Array {
  const scores = new Float64Array(nRows * coef.length);
  for (let row = 0; row < nRows; row++) {
    for (const [k, weights] of coef.entries()) {
      let score = intercept[k] ?? 0;
      for (let column = 0; column < columns.length; column++) {
        score += (weights[column] ?? 0) * (data[row * columns.length + column] ?? 0);
      }
      scores[row * coef.length + k] = score;
    }
  }
  return scores;
}

/** The same as ONNX nodes; `x` is double n_rows × n_columns. @returns double n_rows × m */
export function linearScoresToOnnx(
  { coef, intercept }: LinearFunctions,
  graph: OnnxGraph,
  x: OnnxValue,
): OnnxValue {
  const nColumns = coef[0]?.length ?? 0;
  const values = new Float64Array(nColumns * coef.length);
  for (const [k, weights] of coef.entries()) {
    for (const [column, weight] of weights.entries()) values[column * coef.length + k] = weight;
  }
  const weights = graph.constant({ type: "double", shape: [nColumns, coef.length], values });
  const bias = graph.constant({ type: "double", shape: [1, coef.length], values: intercept });
  return graph.node("Add", [graph.node("MatMul", [x, weights]), bias]);
}

/** @throws {RangeError} when a coefficient is not finite: arithmetic has failed */
export function requireFiniteFunctions({ coef, intercept }: LinearFunctions, who: string): void {
  if ([intercept, ...coef].every((values) => values.every(Number.isFinite))) return;
  throw new RangeError(`${who} found coefficients that are not finite`);
}
