import { type ColumnBins, missingBin } from "../trees/bins.ts";
import { rowDivider } from "./divide-rows.ts";
import { bestFirst, type GrownNode, nodeStack, type PendingNode } from "./node-queue.ts";
import { type Criterion, columnSearch, noSplit, type Split } from "./split-search.ts";
import type { BinnedColumns, TreeRows } from "./tree-rows.ts";

/** Room for as many nodes as a tree can have; what `Tree` says of its arrays holds for these. */
export interface TreeRoom {
  readonly column: Int32Array;
  readonly threshold: Float32Array;
  readonly left: Int32Array;
  readonly missingLeft: Uint8Array;
  readonly values: Float64Array;
}

export interface GrowLimits {
  readonly maxDepth: number;
  readonly minSamplesSplit: number;
  readonly maxLeafNodes: number;
  readonly minImpurityDecrease: number;
  /** Columns that a node looks at. */
  readonly maxFeatures: number;
}

export interface GrowOptions {
  readonly binned: BinnedColumns;
  readonly columnBins: readonly ColumnBins[];
  readonly treeRows: TreeRows;
  readonly criterion: Criterion;
  readonly limits: GrowLimits;
  readonly random: () => number;
  readonly nOutputs: number;
  readonly room: TreeRoom;
}

/**
 * Grows a tree until its leaves are pure or too small to split.
 *
 * @returns how many nodes it has
 * @see Breiman (2001), Random Forests
 */
export function growTree(options: GrowOptions): number {
  const { binned, treeRows, room, columnBins } = options;
  const divide = rowDivider(binned, treeRows);
  const growth = nodeGrowth(options);
  let nNodes = 1;
  growth.add({ node: 0, start: 0, end: treeRows.rows.length, depth: 0 });
  for (let next = growth.next(); next !== undefined; next = growth.next()) {
    const { node, start, end, depth, split } = next;
    const middle = divide(start, end, split);
    const left = nNodes;
    nNodes += 2;
    room.column[node] = split.column;
    room.threshold[node] = thresholdOf(split, columnBins);
    room.missingLeft[node] = Number(
      split.missing === "none" ? middle - start > end - middle : split.missing === "left",
    );
    room.left[node] = left;
    growth.add({ node: left, start, end: middle, depth: depth + 1 });
    growth.add({ node: left + 1, start: middle, end, depth: depth + 1 });
  }
  return nNodes;
}

interface NodeGrowth {
  /** Answers for a new node, which is a leaf until it is split, and looks for its best split. */
  add(node: GrownNode): void;
  /** The node to split next; `undefined` when there is none, or there are as many leaves as there may be. */
  next(): PendingNode | undefined;
}

function nodeGrowth(options: GrowOptions): NodeGrowth {
  const { criterion, limits, room, nOutputs } = options;
  const bestSplit = splitChooser(options);
  const queue = Number.isFinite(limits.maxLeafNodes) ? bestFirst() : nodeStack();
  let nLeaves = 1;
  return {
    add(node) {
      const { start, end, depth } = node;
      const differs = criterion.enter(start, end);
      clearNode(room, node.node);
      criterion.answer(room.values, nOutputs * node.node);
      if (!differs || depth >= limits.maxDepth || end - start < limits.minSamplesSplit) return;
      const split = bestSplit();
      const improvement = criterion.improvement(split.score);
      // As close as scikit-learn wants it: rounding shall not decide.
      const isWorthIt = improvement + Number.EPSILON >= limits.minImpurityDecrease;
      if (split.column >= 0 && isWorthIt) queue.add({ ...node, split, improvement });
    },
    next() {
      if (nLeaves >= limits.maxLeafNodes) return undefined;
      const next = queue.take();
      if (next !== undefined) nLeaves++;
      return next;
    },
  };
}

/** What an earlier tree left in the room must not show in a leaf. */
function clearNode({ column, threshold, left, missingLeft }: TreeRoom, node: number): void {
  column[node] = -1;
  threshold[node] = 0;
  left[node] = 0;
  missingLeft[node] = 0;
}

/** Looks at columns in random order: at `maxFeatures` of them, and at more where the rows differ in none of those. */
function splitChooser({ criterion, limits, random, binned }: GrowOptions): () => Split {
  const search = columnSearch(criterion);
  const columns = Int32Array.from({ length: binned.nColumns }, (_, column) => column);
  return () => {
    const best = noSplit();
    for (let drawn = 0, differing = 0; drawn < columns.length; drawn++) {
      if (drawn >= limits.maxFeatures && differing > 0) break;
      const other = drawn + Math.floor(random() * (columns.length - drawn));
      const column = columns[other] ?? 0;
      columns[other] = columns[drawn] ?? 0;
      columns[drawn] = column;
      if (search(column, best)) differing++;
    }
    return best;
  };
}

/** In the middle of the bins that no row of the node fell into. */
function thresholdOf({ column, bin, nextBin }: Split, columnBins: readonly ColumnBins[]): number {
  if (nextBin === missingBin) return Number.POSITIVE_INFINITY;
  return columnBins[column]?.thresholds[(bin + nextBin - 1) >> 1] ?? Number.NaN;
}
