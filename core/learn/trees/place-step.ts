import { missingBin } from "./bins.ts";
import { type GrowthMemory, splitLength } from "./growth-memory.ts";
import type { GrowthViews } from "./growth-views.ts";
import type { Growth, Part } from "./growth-work.ts";
import { histogramBytes } from "./histogram-kernels.ts";
import { binSums } from "./histogram-sums.ts";
import { shareOf } from "./shares.ts";
import type { Split, Sums } from "./split.ts";

/** Gains of less than this share of what there is are rounding. */
const leastShare = 1e-12;
const none: Sums = { gradient: 0, hessian: 0, count: 0 };

/**
 * For a share of the columns, makes the histograms of one or two nodes, and looks for their best splits.
 * Told where the rows of the first node start and end, the address of its histogram, the address of its parent's, which becomes
 * that of the second node, or 0; then of each node whether it may be split, and its gradient, hessian and count. A first node
 * without a histogram, at 0, leaves the second alone.
 */
export function place(growth: Growth, { part, nParts, told }: Part): void {
  const { memory, kernels, views } = growth;
  const [from = 0, to = 0, first = 0, second = 0] = told;
  const share = shareOf({ from: 0, to: memory.stride, unit: 2 }, part, nParts);
  const { start, end } = share;
  const offset = start * histogramBytes;
  const bytes = (end - start) * histogramBytes;
  if (first !== 0) {
    const { rows, bins, stride, gradients } = memory;
    const [countShift = 0] = views.rules;
    views.bytes.fill(0, first + offset, first + offset + bytes);
    kernels.addRows(rows, from, to, bins, stride, gradients, first, start, end, countShift);
    if (second !== 0) kernels.subtract(second + offset, first + offset, bytes);
  }
  for (const [node, histogram] of [first, second].entries()) {
    const [isOpen = 0, gradient = 0, hessian = 0, count = 0] = told.slice(4 + 4 * node, 8 + 4 * node);
    if (isOpen === 0) continue;
    for (let column = start; column < Math.min(end, memory.nColumns); column++) {
      findSplit(growth, node * memory.nColumns + column, histogram + column * histogramBytes, {
        gradient,
        hessian,
        count,
      });
    }
  }
}

/** Writes the best split of a column in a node: its gain is 0 where there is none. */
function findSplit(growth: Growth, index: number, histogram: number, node: Sums): void {
  const { views, nBins, memory } = growth;
  const at = index * splitLength;
  views.splits[at] = 0;
  if (views.allowed[index] === 0) return;
  const nGaps = (nBins[index % memory.nColumns] ?? 1) - 1;
  const missing = binSums(views, histogram + missingBin * 16);
  const l2 = views.rules[3] ?? 0;
  const parent = (node.gradient * node.gradient) / (node.hessian + l2);
  const least = parent * (1 + leastShare);
  const search = { histogram, found: memory.splits + (at + 2) * 8, node };
  const isMissing = missing.count > 0;
  // All that is there on one side, all that is missing on the other, is a gap too.
  const first = scanColumn(growth, {
    ...search,
    nGaps: isMissing ? nGaps + 1 : nGaps,
    begun: none,
    best: least,
  });
  const best = isMissing ? scanColumn(growth, { ...search, nGaps, begun: missing, best: first }) : first;
  if (best === least) return;
  views.splits[at] = best - parent;
  const isMostlyLeft = 2 * (views.splits[at + 5] ?? 0) > node.count;
  views.splits[at + 1] = Number(isMissing ? best > first : isMostlyLeft);
  views.splits[at + 2] = ((views.splits[at + 2] ?? 0) - histogram) / 16;
}

interface ColumnScan {
  readonly histogram: number;
  readonly nGaps: number;
  readonly found: number;
  readonly node: Sums;
  /** What goes left whatever the gap. */
  readonly begun: Sums;
  readonly best: number;
}

function scanColumn(
  { kernels, views }: Growth,
  { histogram, nGaps, found, node, begun, best }: ColumnScan,
): number {
  const [countShift = 0, minSamplesLeaf = 0, minHessian = 0, l2 = 0] = views.rules;
  return kernels.scan(
    histogram,
    nGaps,
    countShift,
    found,
    minSamplesLeaf,
    node.count - minSamplesLeaf,
    minHessian,
    l2,
    node.gradient,
    node.hessian,
    begun.gradient,
    begun.hessian,
    begun.count,
    best,
  );
}

/** The best split that was found for a node, of equals that of the first column. */
export function bestSplit(
  { nColumns }: GrowthMemory,
  { splits }: GrowthViews,
  node: 0 | 1,
): Split | undefined {
  let best = 0;
  let found: number | undefined;
  for (let column = 0; column < nColumns; column++) {
    const gain = splits[(node * nColumns + column) * splitLength] ?? 0;
    if (gain <= best) continue;
    best = gain;
    found = column;
  }
  if (found === undefined) return undefined;
  const at = (node * nColumns + found) * splitLength;
  const [gain = 0, missingLeft, bin = 0, gradient = 0, hessian = 0, count = 0] = splits.subarray(
    at,
    at + splitLength,
  );
  return { column: found, bin, missingLeft: missingLeft === 1, gain, left: { gradient, hessian, count } };
}
