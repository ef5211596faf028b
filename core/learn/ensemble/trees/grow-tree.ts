import type { ColumnBins } from "./bins.ts";
import { boundedValue, unbounded } from "./bounded-split.ts";
import type { GrowthTeam, Leaf, Placement } from "./growth-team.ts";
import { histogramBytes } from "./histogram-kernels.ts";
import { histogramSums } from "./histogram-sums.ts";
import type { Split, SplitNode } from "./split.ts";
import { type Tree, TreeBuilder } from "./tree.ts";

export interface GrowthRules {
  /** None is as many as there are. */
  readonly maxLeafNodes: number | undefined;
  readonly maxDepth: number | undefined;
  readonly minSamplesLeaf: number;
  readonly bins: readonly ColumnBins[];
  /** Columns to look for a split of the next node in. */
  readonly columns: () => Iterable<number>;
  /** What a leaf of these rows says; gradients and hessians are integers. */
  readonly leafValue: (leaf: SplitNode & { readonly start: number; readonly end: number }) => number;
  /** Is added to hessians, an integer. */
  readonly l2: number;
}

interface Node extends SplitNode {
  readonly id: number;
  readonly start: number;
  readonly end: number;
  readonly depth: number;
}

/** A node that can be split. */
interface OpenNode extends Node {
  readonly split: Split;
  /** The address of its histogram, if there was room to keep it. */
  readonly histogram: number | undefined;
}

/**
 * Grows one tree on the gradients in memory: best first while leaves are limited, else depth first, which gives the same tree.
 *
 * @see Friedman (2001), Greedy function approximation; Ke et al. (2017), LightGBM
 */
export function growTree(team: GrowthTeam, rules: GrowthRules): { tree: Tree; leaves: Leaf[] } {
  return new TreeGrower(team, rules).grow();
}

class TreeGrower {
  readonly #team: GrowthTeam;
  readonly #rules: GrowthRules;
  readonly #builder = new TreeBuilder(1);
  readonly #leaves: Leaf[] = [];
  readonly #open: OpenNode[] = [];
  /** Addresses of histograms that nobody needs. */
  readonly #free: number[];

  constructor(team: GrowthTeam, rules: GrowthRules) {
    this.#team = team;
    this.#rules = rules;
    const { stride, histograms, nHistograms } = team.memory;
    this.#free = Array.from(
      { length: nHistograms },
      (_, index) => histograms + index * stride * histogramBytes,
    );
  }

  grow(): { tree: Tree; leaves: Leaf[] } {
    this.#plant();
    const { maxLeafNodes = Number.POSITIVE_INFINITY } = this.#rules;
    for (let nLeaves = 1; nLeaves < maxLeafNodes; nLeaves++) {
      const node = this.#next();
      if (node === undefined) break;
      this.#split(node, nLeaves + 1 === maxLeafNodes);
    }
    for (const node of this.#open) this.#close(node, node.histogram);
    return { tree: this.#builder.finish(), leaves: this.#leaves };
  }

  /** The root: what its rows add up to is known once it has a histogram. */
  #plant(): void {
    const start = 0;
    const end = this.#team.memory.nRows;
    const histogram = this.#take();
    const none = { start, end, first: 0, second: 0 };
    this.#team.place({ ...none, first: histogram, candidates: [undefined, undefined] });
    const root = {
      id: 0,
      start,
      end,
      depth: 0,
      sums: histogramSums(this.#team.views, histogram),
      bounds: unbounded,
    };
    const candidates = this.#candidates(undefined, root);
    const [, split] = this.#team.place({ ...none, second: histogram, candidates });
    this.#settle(root, split, histogram);
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
    const { split, depth } = node;
    const middle = this.#team.partition(node.start, node.end, split);
    const id = this.#builder.split(node.id, this.#question(split));
    const ofLeft = { id, start: node.start, end: middle, depth: depth + 1 };
    const ofRight = { id: id + 1, start: middle, end: node.end, depth: depth + 1 };
    const [first, second] = this.#sides(node);
    const left = { ...ofLeft, ...first };
    const right = { ...ofRight, ...second };
    if (isLast) {
      this.#close(left, node.histogram);
      this.#close(right, undefined);
    } else this.#placeChildren(left, right, node.histogram);
  }

  /** What a split asks, in values rather than bins. */
  #question({ column, bin, bins, missingLeft }: Split) {
    const threshold = this.#rules.bins[column]?.thresholds[bin] ?? Number.POSITIVE_INFINITY;
    if (bins === undefined) return { column, threshold, missingLeft };
    const categories = new Uint8Array(256);
    // What nobody saw in training is as good as missing.
    if (missingLeft) categories.fill(1);
    const known = this.#rules.bins[column]?.categories ?? [];
    for (const category of known) categories[category] = Number(bins.includes(category));
    return { column, threshold: 0, missingLeft, categories };
  }

  /** Below a column with a direction, neither side may say what only the other may: they meet halfway. */
  #sides({ sums, split, bounds }: OpenNode): [SplitNode, SplitNode] {
    const rest = {
      gradient: sums.gradient - split.left.gradient,
      hessian: sums.hessian - split.left.hessian,
      count: sums.count - split.left.count,
    };
    const direction = this.#team.columns[split.column]?.direction ?? 0;
    if (direction === 0)
      return [
        { sums: split.left, bounds },
        { sums: rest, bounds },
      ];
    const said = [split.left, rest].map((side) => boundedValue(side, this.#rules.l2, bounds));
    const middle = said.reduce((sum, value) => sum + value / 2, 0);
    const [low, high] = [
      { ...bounds, upper: middle },
      { ...bounds, lower: middle },
    ];
    return [
      { sums: split.left, bounds: direction > 0 ? low : high },
      { sums: rest, bounds: direction > 0 ? high : low },
    ];
  }

  /** The larger child's histogram is the parent's less the smaller child's. */
  #placeChildren(left: Node, right: Node, parent: number | undefined): void {
    const [small, large] = left.sums.count <= right.sums.count ? [left, right] : [right, left];
    if (!this.#maySplit(small) && !this.#maySplit(large)) {
      this.#close(small, parent);
      this.#close(large, undefined);
    } else if (parent === undefined) {
      this.#placeAlone(small);
      this.#placeAlone(large);
    } else {
      const histogram = this.#take();
      const candidates = this.#candidates(small, large);
      const { start, end } = small;
      const second = this.#maySplit(large) ? parent : 0;
      const [ofSmall, ofLarge] = this.#team.place({ start, end, first: histogram, second, candidates });
      this.#settle(small, ofSmall, histogram);
      this.#settle(large, ofLarge, parent);
    }
  }

  #placeAlone(node: Node): void {
    if (!this.#maySplit(node)) {
      this.#close(node, undefined);
      return;
    }
    const { start, end } = node;
    const first = this.#take();
    const candidates = this.#candidates(node, undefined);
    const [split] = this.#team.place({ start, end, first, second: 0, candidates });
    this.#settle(node, split, first);
  }

  #maySplit({ depth, sums }: Node): boolean {
    const { maxDepth = Number.POSITIVE_INFINITY, minSamplesLeaf } = this.#rules;
    return depth < maxDepth && sums.count >= 2 * minSamplesLeaf;
  }

  #candidates(first: Node | undefined, second: Node | undefined): Placement["candidates"] {
    const candidate = (node: Node | undefined) =>
      node && this.#maySplit(node)
        ? { sums: node.sums, bounds: node.bounds, columns: this.#rules.columns() }
        : undefined;
    return [candidate(first), candidate(second)];
  }

  /** Opens the node if a split gains, else makes it a leaf; keeps room for the next two histograms. */
  #settle(node: Node, split: Split | undefined, histogram: number): void {
    if (split === undefined) {
      this.#close(node, histogram);
      return;
    }
    const isKept = this.#free.length >= 2;
    if (!isKept) this.#free.push(histogram);
    this.#open.push({ ...node, split, histogram: isKept ? histogram : undefined });
  }

  #close(node: Node, histogram: number | undefined): void {
    const { id, start, end } = node;
    const value = this.#rules.leafValue(node);
    this.#builder.setValue(id, value);
    this.#leaves.push({ start, end, value });
    if (histogram !== undefined) this.#free.push(histogram);
  }

  #take(): number {
    const histogram = this.#free.pop();
    if (histogram === undefined) throw new RangeError("There is no room for a histogram");
    return histogram;
  }
}
