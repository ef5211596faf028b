import { type RowCounts, rowCounts } from "./row-counts.ts";
import type { Criterion } from "./split-search.ts";
import type { BinnedColumns, CriterionOptions, TreeRows } from "./tree-rows.ts";

/** What criteria of k classes have in common: sums of weights by class, of a node, of a bin and of the left side. */
export abstract class ClassCriterion implements Criterion {
  protected readonly k: number;
  protected readonly all: Float64Array;
  protected readonly left: Float64Array;
  /** 256 × k. */
  protected readonly sums: Float64Array;
  protected readonly counts: RowCounts;
  protected readonly treeRows: TreeRows;
  readonly #binned: BinnedColumns;
  #start = 0;
  #end = 0;
  /** Of all rows of the node. */
  protected weight = 0;

  constructor(options: CriterionOptions & { readonly k: number }) {
    const { k } = options;
    this.k = k;
    this.all = new Float64Array(k);
    this.left = new Float64Array(k);
    this.sums = new Float64Array(256 * k);
    this.counts = rowCounts(options);
    this.treeRows = options.treeRows;
    this.#binned = options.binned;
  }

  abstract begin(): void;
  abstract move(bin: number): number;
  abstract improvement(score: number): number;

  enter(start: number, end: number): boolean {
    const { k, all } = this;
    const { targets, weights } = this.treeRows;
    this.#start = start;
    this.#end = end;
    this.counts.enter(start, end);
    all.fill(0);
    let weight = 0;
    for (let index = start; index < end; index++) {
      const code = targets[index] ?? 0;
      const w = weights[index] ?? 0;
      all[code] = (all[code] ?? 0) + w;
      weight += w;
    }
    this.weight = weight;
    for (let code = 0; code < k; code++) if (all[code] === weight) return false;
    return true;
  }

  count(column: number, marks: Int32Array): void {
    const { k, sums } = this;
    const { rows, weights, targets } = this.treeRows;
    const { bins, nRows } = this.#binned;
    const end = this.#end;
    for (let index = this.#start, base = column * nRows; index < end; index++) {
      const bin = bins[base + (rows[index] ?? 0)] ?? 0;
      marks[bin >> 5] = (marks[bin >> 5] ?? 0) | (1 << (bin & 31));
      const place = bin * k + (targets[index] ?? 0);
      sums[place] = (sums[place] ?? 0) + (weights[index] ?? 0);
    }
    this.counts.count(column);
  }

  clear(bins: Uint8Array, count: number): void {
    const { k, sums } = this;
    for (let at = 0; at < count; at++) {
      const first = (bins[at] ?? 0) * k;
      for (let place = first; place < first + k; place++) sums[place] = 0;
    }
    this.counts.clear(bins, count);
  }

  answer(into: Float64Array, at: number): void {
    for (let code = 0; code < this.k; code++) into[at + code] = (this.all[code] ?? 0) / this.weight;
  }
}
