import type { OnnxGraph, OnnxValue } from "../../../onnx/graph.ts";
import { missingBin } from "./bins.ts";
import type { Tree } from "./tree.ts";

/** A split by category, as a column that is 0 where a row goes left. */
export interface CategoryColumns {
  /** double n_rows × the number of splits. */
  readonly value: OnnxValue;
  /** The column of a tree's node. */
  readonly placeOf: (tree: Tree, node: number) => number | undefined;
  readonly count: number;
}

const int64Type = 7;
const doubleType = 11;

/**
 * The splits by category of an ensemble, looked up in a table for each column: version 3 of ONNX's trees knows no sets.
 * `x` is double n_rows × n_columns. @returns undefined where there are none
 */
export function categoriesToOnnx(
  trees: readonly Tree[],
  graph: OnnxGraph,
  x: OnnxValue,
): CategoryColumns | undefined {
  const ofColumn = new Map<
    number,
    { readonly tree: Tree; readonly node: number; readonly set: Uint8Array }[]
  >();
  for (const tree of trees) {
    for (const [node, set] of tree.categories ?? []) {
      const column = tree.column[node] ?? 0;
      ofColumn.set(column, [...(ofColumn.get(column) ?? []), { tree, node, set }]);
    }
  }
  const places = new Map<Tree, Map<number, number>>();
  let count = 0;
  const parts = [...ofColumn].map(([column, splits]) => {
    for (const { tree, node } of splits) {
      places.set(tree, (places.get(tree) ?? new Map()).set(node, count++));
    }
    return lookUp(
      graph,
      x,
      column,
      splits.map(({ set }) => set),
    );
  });
  const [only] = parts;
  if (only === undefined) return undefined;
  const value = parts.length === 1 ? only : graph.node("Concat", parts, { axis: { int: 1 } });
  return { value, count, placeOf: (tree, node) => places.get(tree)?.get(node) };
}

function lookUp(graph: OnnxGraph, x: OnnxValue, column: number, sets: readonly Uint8Array[]): OnnxValue {
  const int64 = (value: number) => graph.constant({ type: "int64", shape: [1], values: [value] });
  const double = (value: number) => graph.constant({ type: "double", shape: [], values: [value] });
  const values = graph.node("Gather", [x, int64(column)], { axis: { int: 1 } });
  const clipped = graph.node("Clip", [values, double(0), double(missingBin)]);
  const codes = graph.node("Cast", [clipped], { to: { int: int64Type } });
  // What is no whole number from 0 to 254 differs from its code, and is looked up where missing values are.
  const isCode = graph.node("Equal", [values, graph.node("Cast", [codes], { to: { int: doubleType } })]);
  const places = graph.node("Where", [isCode, codes, int64(missingBin)]);
  const goesRight = new Float64Array(256 * sets.length);
  for (const [index, set] of sets.entries()) {
    for (const [category, isLeft] of set.entries()) goesRight[category * sets.length + index] = 1 - isLeft;
  }
  const table = graph.constant({ type: "double", shape: [256, sets.length], values: goesRight });
  return graph.node("Gather", [table, graph.node("Squeeze", [places, int64(1)])]);
}
