import type { Matrix } from "../../matrix.ts";
import { isCategory, missingBin } from "./bins.ts";
import type { Tree } from "./tree.ts";

/** Trees whose leaves are added up. */
export interface TreeEnsemble {
  readonly trees: readonly Tree[];
  readonly nOutputs: number;
  /** Of trees with one value a leaf, the output of each; without it a leaf has a value for every output. */
  readonly outputOf?: ArrayLike<number>;
  /** n_outputs numbers to begin with. */
  readonly base: Float64Array;
}

/** Rows that pass through a tree together, so that its nodes stay at hand. */
export const blockRows = 512;

/** The sums of each row, its values rounded to float32: n_rows × n_outputs. */
export function sumOfTrees(ensemble: TreeEnsemble, { data, columns, nRows }: Matrix): Float64Array {
  const { nOutputs, base } = ensemble;
  const sums = new Float64Array(nRows * nOutputs);
  for (let at = 0; at < sums.length; at++) sums[at] = base[at % nOutputs] ?? 0;
  const width = columns.length;
  for (let start = 0; start < nRows; start += blockRows) {
    const rows = Math.min(blockRows, nRows - start);
    const block = Float32Array.from(data.subarray(start * width, (start + rows) * width));
    addBlock(ensemble, block, width, sums.subarray(start * nOutputs, (start + rows) * nOutputs));
  }
  return sums;
}

/** Adds what all trees say of each row of a block, `width` values each, to its sums. */
export function addBlock(
  { trees, nOutputs, outputOf }: TreeEnsemble,
  block: Float32Array,
  width: number,
  into: Float64Array,
): void {
  const leaves = new Int32Array(into.length / nOutputs);
  for (const [index, tree] of trees.entries()) {
    leavesOf(tree, block, width, leaves);
    const output = outputOf?.[index];
    if (output === undefined) addRowsOfValues(tree.values, leaves, nOutputs, into);
    else addValues(tree.values, leaves, { nOutputs, output }, into);
  }
}

/** Adds what a tree of one output says of each row, `width` values each, to its score. */
export function addTree(tree: Tree, values: Float32Array, width: number, scores: Float64Array): void {
  const leaves = new Int32Array(scores.length);
  leavesOf(tree, values, width, leaves);
  addValues(tree.values, leaves, { nOutputs: 1, output: 0 }, scores);
}

/** The leaf that each row of a block ends in. */
function leavesOf(tree: Tree, block: Float32Array, width: number, leaves: Int32Array): void {
  if (tree.categories === undefined) leavesByNumbers(tree, block, width, leaves);
  else for (let row = 0; row < leaves.length; row++) leaves[row] = leafByCategories(tree, block, row * width);
}

/** Which side a value goes to is arithmetic rather than a branch, which would be foretold wrongly half of the time. */
function leavesByNumbers(
  { column, threshold, left, missingLeft }: Tree,
  block: Float32Array,
  width: number,
  leaves: Int32Array,
): void {
  for (let row = 0, start = 0; row < leaves.length; row++, start += width) {
    let node = 0;
    for (let at = column[0] ?? -1; at >= 0; at = column[node] ?? -1) {
      const value = block[start + at] ?? 0;
      const isRight = Number(value > (threshold[node] ?? 0));
      const right = Number.isNaN(value) ? 1 - (missingLeft[node] ?? 0) : isRight;
      node = (left[node] ?? 0) + right;
    }
    leaves[row] = node;
  }
}

function leafByCategories(tree: Tree, values: Float32Array, row: number): number {
  let node = 0;
  while ((tree.column[node] ?? -1) >= 0) {
    const value = values[row + (tree.column[node] ?? 0)] ?? 0;
    node = (tree.left[node] ?? 0) + (goesLeft(tree, node, value) ? 0 : 1);
  }
  return node;
}

function goesLeft({ categories, threshold, missingLeft }: Tree, node: number, value: number): boolean {
  const set = categories?.get(node);
  if (set !== undefined) return set[isCategory(value) ? value : missingBin] === 1;
  return Number.isNaN(value) ? missingLeft[node] === 1 : value <= (threshold[node] ?? 0);
}

function addRowsOfValues(
  values: Float64Array,
  leaves: Int32Array,
  nOutputs: number,
  into: Float64Array,
): void {
  for (let at = 0, row = 0; at < into.length; row++) {
    const leaf = (leaves[row] ?? 0) * nOutputs;
    for (let output = 0; output < nOutputs; output++, at++) {
      into[at] = (into[at] ?? 0) + (values[leaf + output] ?? 0);
    }
  }
}

function addValues(
  values: Float64Array,
  leaves: Int32Array,
  { nOutputs, output }: { readonly nOutputs: number; readonly output: number },
  into: Float64Array,
): void {
  for (let at = output, row = 0; at < into.length; at += nOutputs, row++) {
    into[at] = (into[at] ?? 0) + (values[leaves[row] ?? 0] ?? 0);
  }
}
