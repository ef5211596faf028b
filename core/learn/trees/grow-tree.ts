import type { Split, SplitFinder, Sums } from "./best-split.ts";
import { type ColumnBins, missingBin } from "./bins.ts";
import type { GrowthMemory } from "./growth-memory.ts";
import { histogramBytes } from "./histogram-kernels.ts";
import { type Tree, TreeBuilder } from "./tree.ts";
import type { TreeKernels } from "./tree-kernels.ts";

export interface GrowthRules {
  /** None is as many as there are. */
  readonly maxLeafNodes: number | undefined;
  readonly maxDepth: number | undefined;
  readonly minSamplesLeaf: number;
  /** Columns to look for a split of the next node in. */
  readonly columns: () => readonly number[];
  /** What a leaf of these rows says; gradients and hessians are integers. */
  readonly leafValue: (sums: Sums) => number;
}

export interface Growth {
  readonly memory: GrowthMemory;
  readonly kernels: TreeKernels;
  readonly nRows: number;
  readonly bins: readonly ColumnBins[];
  readonly finder: SplitFinder;
  readonly countShift: number;
}

/** A leaf and its rows: `rows[start..end]`. */
export interface Leaf {
  readonly start: number;
  readonly end: number;
  readonly value: number;
}

interface Node {
  readonly id: number;
  readonly start: number;
  readonly end: number;
  readonly depth: number;
  readonly sums: Sums;
}

/** A node that can be split. */
interface OpenNode extends Node {
  readonly split: Split;
  /** The address of its histogram, if there was room to keep it. */
  readonly histogram: number | undefined;
}

/**
 * Grows one tree on gradients: best first while leaves are limited, else depth first, which gives the same tree.
 *
 * @param nRows  how many of the memory's row numbers the tree is grown on
 * @see Friedman (2001), Greedy function approximation; Ke et al. (2017), LightGBM
 */
export function growTree(growth: Growth, rules: GrowthRules, nRows: number): { tree: Tree; leaves: Leaf[] } {
  const grower = new TreeGrower(growth, rules);
  return grower.grow(nRows);
}

class TreeGrower {
  readonly #growth: Growth;
  readonly #rules: GrowthRules;
  readonly #builder = new TreeBuilder(1);
  readonly #leaves: Leaf[] = [];
  readonly #open: OpenNode[] = [];
  readonly #free: number[];
  readonly #histogramBytes: number;
  readonly #bytes: Uint8Array;

  constructor(growth: Growth, rules: GrowthRules) {
    this.#growth = growth;
    this.#rules = rules;
    const { memory, stride, histograms, nHistograms } = growth.memory;
    this.#histogramBytes = stride * histogramBytes;
    this.#bytes = new Uint8Array(memory.buffer);
    this.#free = Array.from({ length: nHistograms }, (_, index) => histograms + index * this.#histogramBytes);
  }

  grow(nRows: number): { tree: Tree; leaves: Leaf[] } {
    const histogram = this.#newHistogram(0, nRows);
    const sums = this.#growth.finder.total(histogram);
    this.#place({ id: 0, start: 0, end: nRows, depth: 0, sums }, histogram);
    const { maxLeafNodes = Number.POSITIVE_INFINITY } = this.#rules;
    for (let nLeaves = 1; nLeaves < maxLeafNodes; nLeaves++) {
      const node = this.#next();
      if (node === undefined) break;
      this.#split(node, nLeaves + 1 === maxLeafNodes);
    }
    for (const node of this.#open) this.#close(node, node.histogram);
    return { tree: this.#builder.finish(), leaves: this.#leaves };
  }

  /** The node that gains most, of equals the first; the last one where all will be split anyway. */
  #next(): OpenNode | undefined {
    if (this.#rules.maxLeafNodes === undefined) return this.#open.pop();
    let best = 0;
    for (let index = 1; index < this.#open.length; index++) {
      if ((this.#open[index]?.split.gain ?? 0) > (this.#open[best]?.split.gain ?? 0)) best = index;
    }
    return this.#open.splice(best, 1)[0];
  }

  #split(node: OpenNode, isLast: boolean): void {
    const { split, sums, depth } = node;
    const middle = this.#partition(node);
    const threshold = this.#growth.bins[split.column]?.thresholds[split.bin] ?? Number.POSITIVE_INFINITY;
    const id = this.#builder.split(node.id, { ...split, threshold });
    const left = { id, start: node.start, end: middle, depth: depth + 1, sums: split.left };
    const rest = {
      gradient: sums.gradient - split.left.gradient,
      hessian: sums.hessian - split.left.hessian,
      count: sums.count - split.left.count,
    };
    const right = { id: id + 1, start: middle, end: node.end, depth: depth + 1, sums: rest };
    if (isLast) {
      this.#close(left, node.histogram);
      this.#close(right, undefined);
    } else this.#placeChildren(left, right, node.histogram);
  }

  /** The larger child's histogram is the parent's less the smaller child's. */
  #placeChildren(left: Node, right: Node, parent: number | undefined): void {
    const [small, large] = left.sums.count <= right.sums.count ? [left, right] : [right, left];
    const ofSmall = this.#maySplit(small) || (this.#maySplit(large) && parent !== undefined);
    const histogram = ofSmall ? this.#newHistogram(small.start, small.end) : undefined;
    let ofLarge = parent;
    if (this.#maySplit(large)) {
      if (parent === undefined || histogram === undefined)
        ofLarge = this.#newHistogram(large.start, large.end);
      else this.#growth.kernels.subtract(parent, histogram, this.#histogramBytes);
    }
    const histogramOf = (node: Node) => (node === small ? histogram : ofLarge);
    this.#place(left, histogramOf(left));
    this.#place(right, histogramOf(right));
  }

  #maySplit({ depth, sums }: Node): boolean {
    const { maxDepth = Number.POSITIVE_INFINITY, minSamplesLeaf } = this.#rules;
    return depth < maxDepth && sums.count >= 2 * minSamplesLeaf;
  }

  /** Opens the node if a split gains, else closes it. */
  #place(node: Node, histogram: number | undefined): void {
    const split = histogram === undefined || !this.#maySplit(node) ? undefined : this.#find(node, histogram);
    if (split === undefined) this.#close(node, histogram);
    else this.#open.push({ ...node, split, histogram: this.#keep(histogram) });
  }

  #find(node: Node, histogram: number): Split | undefined {
    let best: Split | undefined;
    for (const column of this.#rules.columns()) {
      const { finder } = this.#growth;
      best = finder.numericSplit(histogram, node.sums, column, best?.gain ?? 0) ?? best;
    }
    return best;
  }

  #close({ id, start, end, sums }: Node, histogram: number | undefined): void {
    const value = this.#rules.leafValue(sums);
    this.#builder.setValue(id, value);
    this.#leaves.push({ start, end, value });
    if (histogram !== undefined) this.#free.push(histogram);
  }

  #partition({ start, end, split }: OpenNode): number {
    const { memory, kernels } = this.#growth;
    const { rows, columnBins, goesLeft, scratch } = memory;
    this.#bytes.fill(0, goesLeft, goesLeft + 256);
    this.#bytes.fill(1, goesLeft, goesLeft + split.bin + 1);
    this.#bytes[goesLeft + missingBin] = Number(split.missingLeft);
    const bins = columnBins + split.column * this.#growth.nRows;
    return kernels.partition(rows, start, end, bins, goesLeft, scratch);
  }

  #newHistogram(start: number, end: number): number {
    const histogram = this.#free.pop();
    if (histogram === undefined) throw new RangeError("There is no room for a histogram");
    this.#bytes.fill(0, histogram, histogram + this.#histogramBytes);
    const { memory, kernels, countShift } = this.#growth;
    const { rows, bins, stride, gradients } = memory;
    kernels.addRows(rows, start, end, bins, stride, gradients, histogram, 0, stride, countShift);
    return histogram;
  }

  /** Keeps room for the two histograms that a split needs at a time. */
  #keep(histogram: number | undefined): number | undefined {
    if (histogram === undefined || this.#free.length >= 2) return histogram;
    this.#free.push(histogram);
    return undefined;
  }
}
