import { missingBin } from "./bins.ts";
import { type BoundedSplit, bestBoundedSplit, boundedValue } from "./bounded-split.ts";
import { bestCategorySplit } from "./category-split.ts";
import { splitLength } from "./growth-memory.ts";
import type { Growth } from "./growth-work.ts";
import { binSums } from "./histogram-sums.ts";
import type { SplitNode, Sums } from "./split.ts";

/** One column of one node. */
export interface ColumnSearch {
  /** Among the columns of both nodes. */
  readonly index: number;
  readonly column: number;
  /** The address of the column's histogram. */
  readonly histogram: number;
  readonly node: SplitNode;
}

/** Gains of less than this share of what there is are rounding. */
const leastShare = 1e-12;
const none: Sums = { gradient: 0, hessian: 0, count: 0 };

/** Writes the best split of a column in a node: its gain is 0 where there is none. */
export function findSplit(growth: Growth, search: ColumnSearch): void {
  const { views, columns, isBounded } = growth;
  const at = search.index * splitLength;
  views.splits[at] = 0;
  if (views.allowed[search.index] === 0) return;
  if (columns[search.column]?.isCategorical === true) findCategorySplit(growth, search);
  else if (isBounded) findBoundedSplit(growth, search);
  else findNumericSplit(growth, search);
}

/** Each gap between bins, with the missing values on either side. */
function findNumericSplit(growth: Growth, search: ColumnSearch): void {
  const { views, memory } = growth;
  const { histogram, node } = search;
  const nGaps = (views.nBins[search.column] ?? 1) - 1;
  const missing = binSums(views, histogram + missingBin * 16);
  const at = search.index * splitLength;
  const { gradient, hessian, count } = node.sums;
  const parent = (gradient * gradient) / (hessian + (views.rules[3] ?? 0));
  const least = parent * (1 + leastShare);
  const scan = { histogram, found: memory.splits + (at + 2) * 8, node: node.sums };
  const isMissing = missing.count > 0;
  // All that is there on one side, all that is missing on the other, is a gap too.
  const first = scanColumn(growth, {
    ...scan,
    nGaps: isMissing ? nGaps + 1 : nGaps,
    begun: none,
    best: least,
  });
  const best = isMissing ? scanColumn(growth, { ...scan, nGaps, begun: missing, best: first }) : first;
  if (best === least) return;
  views.splits[at] = best - parent;
  const isMostlyLeft = 2 * (views.splits[at + 5] ?? 0) > count;
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

function rulesOf({ views }: Growth) {
  const [, minSamplesLeaf = 0, minHessian = 0, l2 = 0, hessianScale = 1] = views.rules;
  return { minSamplesLeaf, minHessian, l2, hessianScale };
}

/** The same as `findNumericSplit`, where what leaves say is bounded. */
function findBoundedSplit(growth: Growth, { index, column, histogram, node }: ColumnSearch): void {
  const { views, columns } = growth;
  const nBins = views.nBins[column] ?? 1;
  const direction = columns[column]?.direction ?? 0;
  const sumsOf = (bin: number) => binSums(views, histogram + bin * 16);
  const missing = sumsOf(missingBin);
  const isMissing = missing.count > 0;
  const rules = rulesOf(growth);
  const search = { ...rules, node: node.sums, bounds: node.bounds, direction };
  const parent = -boundedValue(node.sums, rules.l2, node.bounds) * node.sums.gradient;
  const least = parent + Math.abs(parent) * leastShare;
  const first = bestBoundedSplit(sumsOf, isMissing ? nBins : nBins - 1, none, search, least);
  const second = isMissing
    ? bestBoundedSplit(sumsOf, nBins - 1, missing, search, first?.score ?? least)
    : undefined;
  const best: BoundedSplit | undefined = second ?? first;
  if (best === undefined) return;
  const isMostlyLeft = 2 * best.left.count > node.sums.count;
  const missingLeft = isMissing ? second !== undefined : isMostlyLeft;
  const { gradient, hessian, count } = best.left;
  views.splits.set(
    [best.score - parent, Number(missingLeft), best.bin, gradient, hessian, count],
    index * splitLength,
  );
}

function findCategorySplit(growth: Growth, { index, column, histogram, node }: ColumnSearch): void {
  const { views, isBounded } = growth;
  const rules = rulesOf(growth);
  const { gradient: all, hessian: whole } = node.sums;
  const parent = (all * all) / (whole + rules.l2);
  const sumsOf = (bin: number) => binSums(views, histogram + bin * 16);
  const least = parent * (1 + leastShare);
  const found = bestCategorySplit(sumsOf, views.nBins[column] ?? 1, node.sums, rules, least);
  // Where bounds cut what a side may say, a split is worth less than it seems: it is not taken.
  if (found === undefined || (isBounded && !keepsBounds(found.left, node, rules.l2))) return;
  const words = new Uint32Array(8);
  for (const bin of found.bins) words[bin >> 5] = (words[bin >> 5] ?? 0) | (1 << (bin & 31));
  const { gradient, hessian, count } = found.left;
  const missing = sumsOf(missingBin).count > 0;
  const missingLeft = missing ? found.bins.includes(missingBin) : 2 * count > node.sums.count;
  views.splits.set(
    [found.score - parent, Number(missingLeft), 0, gradient, hessian, count, ...words],
    index * splitLength,
  );
}

function keepsBounds(left: Sums, { sums, bounds }: SplitNode, l2: number): boolean {
  const right = { ...sums, gradient: sums.gradient - left.gradient, hessian: sums.hessian - left.hessian };
  return [left, right].every((side) => {
    const value = -side.gradient / (side.hessian + l2);
    return value >= bounds.lower && value <= bounds.upper;
  });
}
