import type { OnnxGraph, OnnxValue } from "../../../onnx/graph.ts";
import { type CategoryColumns, categoriesToOnnx } from "./categories-to-onnx.ts";
import type { Tree } from "./tree.ts";
import type { TreeEnsemble } from "./tree-ensemble.ts";

const onnxTypes = { float: 1, double: 11 } as const;

/**
 * The sums of an ensemble as ONNX nodes; `x` is double n_rows × n_columns.
 * Values are rounded to float32 as in training, but compared and added up as doubles: float32 sums would depend on how
 * ONNX Runtime shares trees out among threads, and lose digits with every tree.
 *
 * @returns double n_rows × n_outputs, each sum rounded to float32
 * @see https://onnx.ai/onnx/operators/onnx_aionnxml_TreeEnsembleRegressor.html (ai.onnx.ml 3)
 */
export function treesToOnnx(ensemble: TreeEnsemble, graph: OnnxGraph, x: OnnxValue): OnnxValue {
  const rounded = cast(graph, cast(graph, x, "float"), "double");
  const { base, nOutputs } = ensemble;
  const doubles = (values: ArrayLike<number>) => ({
    tensor: { type: "double", shape: [values.length], values } as const,
  });
  const categories = categoriesToOnnx(ensemble.trees, graph, rounded);
  const nodes = nodeArrays(ensemble.trees, categories);
  const leaves = leafArrays(ensemble);
  const sums = graph.node(
    "TreeEnsembleRegressor",
    [categories ? graph.node("Concat", [categories.value, rounded], { axis: { int: 1 } }) : rounded],
    {
      n_targets: { int: nOutputs },
      base_values_as_tensor: doubles(base),
      nodes_treeids: { ints: nodes.treeIds },
      nodes_nodeids: { ints: nodes.nodeIds },
      nodes_featureids: { ints: nodes.columns },
      nodes_modes: { strings: nodes.modes },
      nodes_values_as_tensor: doubles(nodes.thresholds),
      nodes_truenodeids: { ints: nodes.left },
      nodes_falsenodeids: { ints: nodes.right },
      nodes_missing_value_tracks_true: { ints: nodes.missingLeft },
      target_treeids: { ints: leaves.treeIds },
      target_nodeids: { ints: leaves.nodeIds },
      target_ids: { ints: leaves.outputs },
      target_weights_as_tensor: doubles(leaves.values),
      aggregate_function: { string: "SUM" },
      post_transform: { string: "NONE" },
    },
    "ai.onnx.ml",
  );
  return cast(graph, sums, "double");
}

function cast(graph: OnnxGraph, value: OnnxValue, to: keyof typeof onnxTypes): OnnxValue {
  return graph.node("Cast", [value], { to: { int: onnxTypes[to] } });
}

/** Columns of categories stand before those of `x`. */
function nodeArrays(trees: readonly Tree[], categories: CategoryColumns | undefined) {
  const nNodes = trees.reduce((sum, tree) => sum + tree.nNodes, 0);
  const ofNodes = (
    read: (tree: Tree, node: number, id: number) => number | undefined,
    values: Int32Array | Float32Array = new Int32Array(nNodes),
  ) => {
    let at = 0;
    for (const [id, tree] of trees.entries()) {
      for (let node = 0; node < tree.nNodes; node++) values[at++] = read(tree, node, id) ?? 0;
    }
    return values;
  };
  const columns = ofNodes((tree, node) => {
    if (isLeaf(tree, node)) return -1;
    return categories?.placeOf(tree, node) ?? (categories?.count ?? 0) + (tree.column[node] ?? 0);
  });
  return {
    treeIds: ofNodes((_tree, _node, id) => id),
    nodeIds: ofNodes((_tree, node) => node),
    columns: columns.map((column) => Math.max(0, column)),
    modes: Array.from(columns, (column) => (column < 0 ? "LEAF" : "BRANCH_LEQ")),
    thresholds: ofNodes(
      (tree, node) => (tree.categories?.has(node) ? 0.5 : tree.threshold[node]),
      new Float32Array(nNodes),
    ),
    left: ofNodes((tree, node) => tree.left[node]),
    right: ofNodes((tree, node) => (isLeaf(tree, node) ? 0 : (tree.left[node] ?? 0) + 1)),
    missingLeft: ofNodes((tree, node) => tree.missingLeft[node]),
  };
}

/**
 * A leaf has one value for the tree's output, or one for each output. Of many classes most are 0 in a leaf, and are not
 * written: a forest would be several times as large.
 */
function leafArrays(ensemble: TreeEnsemble) {
  let nValues = 0;
  eachLeafValue(ensemble, () => {
    nValues++;
  });
  const arrays = {
    treeIds: new Int32Array(nValues),
    nodeIds: new Int32Array(nValues),
    outputs: new Int32Array(nValues),
    values: new Float64Array(nValues),
  };
  let at = 0;
  eachLeafValue(ensemble, (id, node, output, value) => {
    arrays.treeIds[at] = id;
    arrays.nodeIds[at] = node;
    arrays.outputs[at] = output;
    arrays.values[at] = value;
    at++;
  });
  return arrays;
}

type TakeLeafValue = (id: number, node: number, output: number, value: number) => void;

function eachLeafValue({ trees, nOutputs, outputOf }: TreeEnsemble, take: TakeLeafValue): void {
  const takeLeaf = ({ values }: Tree, node: number, id: number) => {
    const output = outputOf?.[id];
    if (output !== undefined) return take(id, node, output, values[node] ?? 0);
    for (let place = 0; place < nOutputs; place++) {
      const value = values[node * nOutputs + place] ?? 0;
      if (value !== 0 || nOutputs === 1) take(id, node, place, value);
    }
  };
  for (const [id, tree] of trees.entries()) {
    for (let node = 0; node < tree.nNodes; node++) if (isLeaf(tree, node)) takeLeaf(tree, node, id);
  }
}

function isLeaf(tree: Tree, node: number): boolean {
  return (tree.column[node] ?? -1) < 0;
}
