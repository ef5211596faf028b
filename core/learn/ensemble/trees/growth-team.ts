import type { Team, Threads } from "../../threads.ts";
import { bestSplit } from "./best-split.ts";
import { missingBin } from "./bins.ts";
import { type GrowthMemory, mostLeaves, mostParts } from "./growth-memory.ts";
import { type GrowthViews, growthViews } from "./growth-views.ts";
import {
  type GrowthColumn,
  type GrowthShared,
  type GrowthStep,
  growthWork,
  stepNumber,
} from "./growth-work.ts";
import type { Split, SplitNode } from "./split.ts";

/** A leaf and its rows, by their positions among the sorted ones. */
export interface Leaf {
  readonly start: number;
  readonly end: number;
  readonly value: number;
}

/** A node whose split is looked for. */
export interface Candidate extends SplitNode {
  /** Columns that a split may ask for. */
  readonly columns: Iterable<number>;
}

export interface Placement {
  /** Positions of the rows that the first histogram is made of. */
  readonly start: number;
  readonly end: number;
  /** Its address; 0 of none. */
  readonly first: number;
  /** The address of the parent's histogram, from which the first is taken; 0 to leave it. */
  readonly second: number;
  /** The nodes of the two histograms; undefined where no split is looked for. */
  readonly candidates: readonly [Candidate | undefined, Candidate | undefined];
}

/** Bins to add up, or rows to move, that are worth waking other threads for. */
const leastWork = 40_000;

/** The threads that grow trees. A small step is done by the calling one alone, with the same result. */
export class GrowthTeam implements Disposable {
  readonly memory: GrowthMemory;
  readonly views: GrowthViews;
  readonly columns: readonly GrowthColumn[];
  readonly #team: Team;
  readonly #count: number;
  readonly #alone: ReturnType<typeof growthWork.prepare>;

  constructor(threads: Threads, shared: GrowthShared) {
    this.memory = shared.memory;
    this.views = growthViews(shared.memory);
    this.columns = shared.columns;
    this.#count = Math.min(threads.count, mostParts);
    this.#team = threads.team(growthWork, shared);
    this.#alone = growthWork.prepare(shared);
  }

  [Symbol.dispose](): void {
    this.#team[Symbol.dispose]();
  }

  /** Of a sample of rows, which is in memory. */
  findThresholds(nRows: number, maxBins: number): void {
    const { nColumns } = this.memory;
    // Columns differ, and a thread may come late.
    this.#run("findThresholds", nRows * nColumns, [nRows, maxBins], Math.min(nColumns, mostParts));
  }

  /** Of rows from `start` on, whose values are in memory. */
  binRows(start: number, nRows: number): void {
    this.#run("binRows", nRows * this.memory.nColumns, [start, nRows]);
  }

  begin(): void {
    this.#run("begin", this.memory.nRows, []);
  }

  /** The largest gradient of an output, by size, and the largest hessian, before weights. */
  findMost(output: number): { readonly gradient: number; readonly hessian: number } {
    const nParts = this.#run("findMost", this.memory.nRows * 8, [output]);
    const { leaves } = this.views;
    const parts = Array.from({ length: nParts }, (_, part) => part);
    return {
      gradient: Math.max(...parts.map((part) => leaves[2 * part] ?? 0)),
      hessian: Math.max(...parts.map((part) => leaves[2 * part + 1] ?? 0)),
    };
  }

  derive(output: number, scales: { readonly gradientScale: number; readonly hessianScale: number }): void {
    this.#run("derive", this.memory.nRows * 8, [output, scales.gradientScale, scales.hessianScale]);
  }

  /** Makes histograms, and finds the best splits of their nodes. */
  place({ start, end, first, second, candidates }: Placement): [Split | undefined, Split | undefined] {
    const { stride, nColumns } = this.memory;
    this.views.allowed.fill(0);
    const ofNodes = candidates.flatMap((candidate, node) => {
      if (candidate === undefined) return [0, 0, 0, 0];
      for (const column of candidate.columns) this.views.allowed[node * nColumns + column] = 1;
      this.views.bounds.set([candidate.bounds.lower, candidate.bounds.upper], 2 * node);
      return [1, candidate.sums.gradient, candidate.sums.hessian, candidate.sums.count];
    });
    // To look at a column's bins takes as long as to add up some hundred rows.
    this.#run("place", (end - start + 600) * stride, [start, end, first, second, ...ofNodes]);
    const [one, other] = candidates;
    const best = (node: 0 | 1) => bestSplit(this.memory, this.views, this.columns, node);
    return [one && best(0), other && best(1)];
  }

  /** Moves the rows that go left before the others. @returns where those start */
  partition(start: number, end: number, { column, bin, bins, missingLeft }: Split): number {
    const { goesLeft } = this.memory;
    const { bytes, partCounts } = this.views;
    bytes.fill(0, goesLeft, goesLeft + 256);
    if (bins === undefined) bytes.fill(1, goesLeft, goesLeft + bin + 1);
    else for (const each of bins) bytes[goesLeft + each] = 1;
    bytes[goesLeft + missingBin] = Number(missingLeft);
    const told = [start, end, column];
    const nParts = this.#run("partition", end - start, told);
    if (nParts > 1) {
      this.#run("toScratch", end - start, told);
      this.#run("fromScratch", end - start, told);
    }
    return partCounts.subarray(0, nParts).reduce((sum, count) => sum + count, start);
  }

  /** Adds what the leaves say to the scores of their rows. */
  addLeaves(output: number, leaves: readonly Leaf[]): void {
    for (let from = 0; from < leaves.length; from += mostLeaves) {
      const some = leaves.slice(from, from + mostLeaves);
      for (const [index, { start, end, value }] of some.entries()) {
        this.views.leaves.set([start, end, value], 3 * index);
      }
      this.#run("addLeaves", this.memory.nRows, [output, some.length]);
    }
  }

  /** @returns into how many parts the step was cut */
  #run(step: GrowthStep, work: number, told: readonly number[], mostShares = this.#count): number {
    const nParts = work < leastWork || this.#count === 1 ? 1 : mostShares;
    const numbers = [stepNumber(step), nParts, ...told];
    if (nParts === 1) this.#alone(0, numbers);
    else this.#team.run(nParts, numbers);
    return nParts;
  }
}
