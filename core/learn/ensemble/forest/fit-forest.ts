import type { Matrix } from "../../matrix.ts";
import { seededRandom } from "../../random.ts";
import { oneThread, type Threads } from "../../threads.ts";
import { type ColumnBins, fillBins, findColumnBins } from "../trees/bins.ts";
import type { Tree } from "../trees/tree.ts";
import { type CriterionName, type ForestShared, forestWork } from "./forest-work.ts";
import type { GrowLimits, TreeRoom } from "./grow-tree.ts";

export interface ForestOptions {
  readonly matrix: Matrix;
  /** Codes of classes, or numbers around 0. */
  readonly targets: Int32Array | Float64Array;
  readonly weights: Float64Array | undefined;
  readonly criterion: CriterionName;
  readonly nOutputs: number;
  readonly nTrees: number;
  readonly limits: GrowLimits & { readonly minSamplesLeaf: number };
  /** Rows that each tree draws, with replacement; without it all trees see the same rows. */
  readonly draws: number | undefined;
  readonly randomState: number;
  readonly threads: Threads;
}

/** Values of a matrix up to which another thread would start when the work is done. */
const fewValues = 20_000;

/** Trees that a thread grows before all threads wait for each other, where there is room for them. */
const treesAtOnce = 4;
/** For rooms; where trees are so large that they need more, each thread grows one at a time. */
const roomsBytes = 2 ** 28;

/** The trees of a forest, whose mean is the sum of what they answer; the same, whatever the number of threads. */
export function fitForest(options: ForestOptions): readonly Tree[] {
  const { matrix, nTrees } = options;
  const threads = matrix.data.length > fewValues ? options.threads : oneThread;
  const random = seededRandom(options.randomState);
  const columnBins = findColumnBins(matrix, { maxBins: 255, random });
  const rooms = roomsFor(options, threads);
  const shared: ForestShared = {
    criterion: options.criterion,
    nOutputs: options.nOutputs,
    limits: options.limits,
    draws: options.draws,
    binned: binnedColumns(matrix, columnBins, threads),
    columnBins,
    targets: sharedCopy(options.targets, threads),
    weights: options.weights && sharedCopy(options.weights, threads),
    seeds: Uint32Array.from({ length: nTrees }, () => random() * 2 ** 32),
    rooms,
    sizes: new Int32Array(threads.allocate(4 * rooms.length)),
  };
  const trees: Tree[] = [];
  using team = threads.team(forestWork, shared);
  while (trees.length < nTrees) {
    const count = Math.min(rooms.length, nTrees - trees.length);
    team.run(count, [trees.length]);
    for (const [index, room] of rooms.slice(0, count).entries()) {
      trees.push(treeOf(room, shared.sizes[index] ?? 0, options));
    }
  }
  return trees;
}

function binnedColumns(matrix: Matrix, columnBins: readonly ColumnBins[], threads: Threads) {
  const { nRows, columns } = matrix;
  const bins = new Uint8Array(threads.allocate(nRows * columns.length));
  fillBins(matrix, columnBins, bins, { rowStride: 1, columnStride: nRows });
  return { bins, nRows, nColumns: columns.length };
}

function sharedCopy<Values extends Int32Array | Float64Array>(values: Values, threads: Threads): Values;
function sharedCopy(values: Int32Array | Float64Array, threads: Threads): Int32Array | Float64Array {
  const memory = threads.allocate(values.byteLength);
  const copy = values instanceof Int32Array ? new Int32Array(memory) : new Float64Array(memory);
  copy.set(values);
  return copy;
}

function roomsFor({ matrix, nTrees, nOutputs, limits, draws }: ForestOptions, threads: Threads): TreeRoom[] {
  const leaves = Math.min(
    draws ?? matrix.nRows,
    matrix.nRows,
    limits.maxLeafNodes,
    2 ** limits.maxDepth,
    Math.max(1, Math.floor(matrix.nRows / limits.minSamplesLeaf)),
  );
  const nodes = 2 * leaves - 1;
  return Array.from(
    { length: Math.min(nTrees, roomsOf(nodes * (13 + 8 * nOutputs), threads.count)) },
    () => ({
      column: new Int32Array(threads.allocate(4 * nodes)),
      threshold: new Float32Array(threads.allocate(4 * nodes)),
      left: new Int32Array(threads.allocate(4 * nodes)),
      missingLeft: new Uint8Array(threads.allocate(nodes)),
      values: new Float64Array(threads.allocate(8 * nodes * nOutputs)),
    }),
  );
}

function roomsOf(sizeBytes: number, nThreads: number): number {
  return Math.max(nThreads, Math.min(treesAtOnce * nThreads, Math.floor(roomsBytes / sizeBytes)));
}

/** A copy of the tree in a room, in arrays of its size. */
function treeOf(
  { column, threshold, left, missingLeft, values }: TreeRoom,
  nNodes: number,
  { nOutputs, nTrees }: ForestOptions,
): Tree {
  const shares = values.slice(0, nNodes * nOutputs);
  for (let at = 0; at < shares.length; at++) shares[at] = (shares[at] ?? 0) / nTrees;
  return {
    nNodes,
    column: column.slice(0, nNodes),
    threshold: threshold.slice(0, nNodes),
    left: left.slice(0, nNodes),
    missingLeft: missingLeft.slice(0, nNodes),
    values: shares,
  };
}
