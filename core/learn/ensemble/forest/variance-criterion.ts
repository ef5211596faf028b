import { type RowCounts, rowCounts } from "./row-counts.ts";
import type { Criterion } from "./split-search.ts";
import type { CriterionOptions } from "./tree-rows.ts";

/**
 * Variance of the targets. Its weighted sum over both sides is least where Σ s²/w over both sides is largest: s are the sums of
 * the targets, w those of the weights. The targets should lie around 0, or the squares lose digits.
 *
 * @see Breiman, Friedman, Olshen & Stone (1984), Classification and Regression Trees, §8.4
 */
export class VarianceCriterion implements Criterion {
  readonly #options: CriterionOptions;
  readonly #counts: RowCounts;
  /** Of each bin, its weight and its sum. */
  readonly #sums = new Float64Array(2 * 256);
  #start = 0;
  #end = 0;
  #weight = 0;
  #total = 0;
  #weightLeft = 0;
  #totalLeft = 0;

  constructor(options: CriterionOptions) {
    this.#options = options;
    this.#counts = rowCounts(options);
  }

  enter(start: number, end: number): boolean {
    const { targets, weights } = this.#options.treeRows;
    this.#start = start;
    this.#end = end;
    this.#counts.enter(start, end);
    const first = targets[start];
    let [differ, weight, total] = [false, 0, 0];
    for (let index = start; index < end; index++) {
      const w = weights[index] ?? 0;
      differ ||= targets[index] !== first;
      weight += w;
      total += w * (targets[index] ?? 0);
    }
    this.#weight = weight;
    this.#total = total;
    return differ;
  }

  count(column: number, marks: Int32Array): void {
    const { rows, weights, targets } = this.#options.treeRows;
    const { bins, nRows } = this.#options.binned;
    const sums = this.#sums;
    const end = this.#end;
    for (let index = this.#start, base = column * nRows; index < end; index++) {
      const bin = bins[base + (rows[index] ?? 0)] ?? 0;
      marks[bin >> 5] = (marks[bin >> 5] ?? 0) | (1 << (bin & 31));
      const w = weights[index] ?? 0;
      sums[2 * bin] = (sums[2 * bin] ?? 0) + w;
      sums[2 * bin + 1] = (sums[2 * bin + 1] ?? 0) + w * (targets[index] ?? 0);
    }
    this.#counts.count(column);
  }

  begin(): void {
    this.#weightLeft = 0;
    this.#totalLeft = 0;
    this.#counts.begin();
  }

  move(bin: number): number {
    this.#weightLeft += this.#sums[2 * bin] ?? 0;
    this.#totalLeft += this.#sums[2 * bin + 1] ?? 0;
    if (!this.#counts.move(bin)) return Number.NEGATIVE_INFINITY;
    const totalRight = this.#total - this.#totalLeft;
    return (
      (this.#totalLeft * this.#totalLeft) / this.#weightLeft +
      (totalRight * totalRight) / (this.#weight - this.#weightLeft)
    );
  }

  clear(bins: Uint8Array, count: number): void {
    for (let at = 0; at < count; at++) {
      const place = 2 * (bins[at] ?? 0);
      this.#sums[place] = 0;
      this.#sums[place + 1] = 0;
    }
    this.#counts.clear(bins, count);
  }

  improvement(score: number): number {
    return (score - this.#total ** 2 / this.#weight) / this.#options.treeRows.totalWeight;
  }

  answer(into: Float64Array, at: number): void {
    into[at] = this.#total / this.#weight;
  }
}
