import type { ColumnBins } from "./bins.ts";
import { missingBin } from "./bins.ts";
import type { GrowthMemory } from "./growth-memory.ts";
import { histogramBytes } from "./histogram-kernels.ts";
import type { TreeKernels } from "./tree-kernels.ts";

/** What a set of rows adds up to, in the integers of histograms. */
export interface Sums {
  readonly gradient: number;
  readonly hessian: number;
  readonly count: number;
}

/** Rows of the bins up to `bin` go left. */
export interface Split {
  readonly column: number;
  readonly bin: number;
  readonly missingLeft: boolean;
  /** By how much the loss falls, twice, in integers of gradient² / hessian; above 0. */
  readonly gain: number;
  readonly left: Sums;
}

/** What both sides of a split must have, and what makes small ones gain less; hessians in integers. */
export interface SplitRules {
  readonly minSamplesLeaf: number;
  readonly minHessian: number;
  readonly l2: number;
}

const word = 2 ** 32;
/** Gains of less than this share of what there is are rounding. */
const leastShare = 1e-12;
const none: Sums = { gradient: 0, hessian: 0, count: 0 };

export interface SplitSearch {
  readonly memory: GrowthMemory;
  readonly kernels: TreeKernels;
  readonly bins: readonly ColumnBins[];
  readonly rules: SplitRules;
  readonly countShift: number;
}

/** Looks for splits in the histograms of a memory. */
export class SplitFinder {
  readonly #search: SplitSearch;
  readonly #words: Uint32Array;
  readonly #ints: Int32Array;
  readonly #found: Float64Array;

  constructor(search: SplitSearch) {
    this.#search = search;
    const { buffer } = search.memory.memory;
    this.#words = new Uint32Array(buffer);
    this.#ints = new Int32Array(buffer);
    this.#found = new Float64Array(buffer, search.memory.found, 4);
  }

  /** What all rows of a histogram add up to. */
  total(histogram: number): Sums {
    const sums = { ...none };
    for (let bin = 0; bin < 256; bin++) {
      const { gradient, hessian, count } = this.#binSums(histogram + bin * 16);
      sums.gradient += gradient;
      sums.hessian += hessian;
      sums.count += count;
    }
    return sums;
  }

  /**
   * The best split of a column of numbers, if it gains more than `least`: each gap between bins, with the missing values
   * on either side. `histogram` is the address of all columns' histograms.
   */
  numericSplit(histogram: number, node: Sums, column: number, least: number): Split | undefined {
    const { bins, rules } = this.#search;
    const start = histogram + column * histogramBytes;
    const nGaps = (bins[column]?.nBins ?? 1) - 1;
    const missing = this.#binSums(start + missingBin * 16);
    const parent = (node.gradient * node.gradient) / (node.hessian + rules.l2);
    const toBeat = Math.max(least + parent, parent * (1 + leastShare));
    const isMissing = missing.count > 0;
    // All that is there on one side, all that is missing on the other, is a gap too.
    const first = this.#scan(start, isMissing ? nGaps + 1 : nGaps, node, none, toBeat);
    const best = isMissing ? this.#scan(start, nGaps, node, missing, first) : first;
    if (best === toBeat) return undefined;
    const [address = 0, gradient = 0, hessian = 0, count = 0] = this.#found;
    const missingLeft = isMissing ? best > first : 2 * count > node.count;
    const left = { gradient, hessian, count };
    return { column, bin: (address - start) / 16, missingLeft, gain: best - parent, left };
  }

  #scan(start: number, nGaps: number, node: Sums, begun: Sums, best: number): number {
    const { kernels, countShift, memory, rules } = this.#search;
    return kernels.scan(
      start,
      nGaps,
      countShift,
      memory.found,
      rules.minSamplesLeaf,
      node.count - rules.minSamplesLeaf,
      rules.minHessian,
      rules.l2,
      node.gradient,
      node.hessian,
      begun.gradient,
      begun.hessian,
      begun.count,
      best,
    );
  }

  #binSums(address: number): Sums {
    const at = address / 4;
    const high = this.#words[at + 3] ?? 0;
    const unit = 2 ** (this.#search.countShift - 32);
    return {
      gradient: (this.#ints[at + 1] ?? 0) * word + (this.#words[at] ?? 0),
      hessian: (high % unit) * word + (this.#words[at + 2] ?? 0),
      count: Math.floor(high / unit),
    };
  }
}
