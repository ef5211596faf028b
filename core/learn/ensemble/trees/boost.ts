import type { Matrix } from "../../matrix.ts";
import { seededRandom } from "../../random.ts";
import type { Threads } from "../../threads.ts";
import { weightedQuantile } from "../../weighted-statistics.ts";
import type { BoostingOptions } from "../hist-gradient-boosting-options.ts";
import { baseScores, isQuantile } from "./base-scores.ts";
import type { ColumnBins } from "./bins.ts";
import { boundedValue } from "./bounded-split.ts";
import { HeldOut, hasStalled, holdOut, stopsEarly } from "./early-stopping.ts";
import { fixedPoint } from "./fixed-point.ts";
import { type GrowthRules, growTree } from "./grow-tree.ts";
import { makeGrowthBins } from "./growth-bins.ts";
import { growthColumns } from "./growth-columns.ts";
import { growthMemory } from "./growth-memory.ts";
import { GrowthTeam } from "./growth-team.ts";
import { type LossSpec, lossOf } from "./losses.ts";
import { meanLoss } from "./mean-loss.ts";
import type { Tree } from "./tree.ts";
import type { TreeEnsemble } from "./tree-ensemble.ts";

export interface BoostProblem {
  /** The estimator, for messages. */
  readonly who: string;
  readonly matrix: Matrix;
  /** Numbers, or the numbers of classes. */
  readonly targets: ArrayLike<number>;
  readonly weights: Float64Array | undefined;
  readonly loss: LossSpec;
  readonly nOutputs: number;
  readonly options: BoostingOptions;
  readonly threads: Threads;
}

/** Least sum of hessians on a side of a split. */
const minHessian = 1e-3;

/**
 * Gradient boosting on histograms: in each iteration, a tree for every output, grown on what the loss wants changed.
 *
 * @see Friedman (2001), Greedy function approximation: a gradient boosting machine
 */
export function boost(problem: BoostProblem): TreeEnsemble {
  const { who, matrix, options, nOutputs, loss, targets } = problem;
  const random = seededRandom(options.randomState);
  const split = holdOut(matrix.nRows, targets, loss, options);
  const columns = growthColumns({ matrix, options, who });
  const memory = growthMemory({
    nRows: split?.train.length ?? matrix.nRows,
    nColumns: columns.length,
    nOutputs,
    mostHistograms: mostOpenNodes(options) + 2,
    isWeighted: problem.weights !== undefined,
  });
  const isBounded = columns.some(({ direction }) => direction !== 0);
  using team = new GrowthTeam(problem.threads, { memory, loss, columns, isBounded });
  const { views } = team;
  const bins = makeGrowthBins(team, { matrix, rows: split?.train, random, maxBins: options.maxBins, who });
  copy(targets, split?.train, views.targets);
  if (problem.weights !== undefined) copy(problem.weights, split?.train, views.weights ?? views.targets);
  const base = baseScores(loss, views.targets, views.weights, nOutputs);
  for (const [output, score] of base.entries()) views.scores[output]?.fill(score);
  const heldOut = split && new HeldOut(matrix, split.test, problem, { loss, base });
  const trees = new Booster(problem, team, bins, random).growTrees(heldOut);
  return { trees, nOutputs, outputOf: trees.map((_, index) => index % nOutputs), base };
}

function copy(from: ArrayLike<number>, rows: Int32Array | undefined, into: Float64Array): void {
  if (rows === undefined) into.set(from);
  else for (let index = 0; index < rows.length; index++) into[index] = from[rows[index] ?? 0] ?? 0;
}

class Booster {
  readonly #problem: BoostProblem;
  readonly #team: GrowthTeam;
  readonly #bins: readonly ColumnBins[];
  readonly #random: () => number;
  readonly #mostWeight: number;

  constructor(problem: BoostProblem, team: GrowthTeam, bins: readonly ColumnBins[], random: () => number) {
    this.#problem = problem;
    this.#team = team;
    this.#bins = bins;
    this.#random = random;
    this.#mostWeight = team.views.weights?.reduce((a, b) => Math.max(a, b), 0) ?? 1;
  }

  /** Trees for every output, until there are enough or the loss falls no more. */
  growTrees(heldOut: HeldOut | undefined): Tree[] {
    const { options, matrix, nOutputs, loss } = this.#problem;
    const { views } = this.#team;
    const isWatched = stopsEarly(matrix.nRows, options);
    const lossNow = () => heldOut?.loss() ?? meanLoss(loss, views, views.weights);
    const losses = isWatched ? [lossNow()] : [];
    const trees: Tree[] = [];
    for (let iteration = 0; iteration < options.maxIter; iteration++) {
      this.#team.begin();
      for (let output = 0; output < nOutputs; output++) {
        const tree = this.#growTree(output);
        heldOut?.add(output, tree);
        trees.push(tree);
      }
      if (isWatched) losses.push(lossNow());
      if (isWatched && hasStalled(losses, options)) break;
    }
    return trees;
  }

  #growTree(output: number): Tree {
    const { tree, leaves } = growTree(this.#team, this.#derive(output));
    this.#team.addLeaves(output, leaves);
    return tree;
  }

  /** Writes the gradients of an output. @returns how its tree is to be grown */
  #derive(output: number): GrowthRules {
    const { loss, options } = this.#problem;
    const { learningRate, l2Regularization, minSamplesLeaf, maxDepth, maxLeafNodes } = options;
    const most = lossOf(loss, this.#team.views).most ?? this.#team.findMost(output);
    const { gradientScale, hessianScale, countShift } = fixedPoint(this.#team.memory.nRows, {
      gradient: most.gradient * this.#mostWeight,
      hessian: most.hessian * this.#mostWeight,
    });
    this.#team.derive(output, { gradientScale, hessianScale });
    const l2 = (l2Regularization + 1e-15) * hessianScale;
    const rules = { countShift, minSamplesLeaf, minHessian: minHessian * hessianScale, l2, hessianScale };
    this.#team.views.rules.set(Object.values(rules));
    const step = learningRate * (hessianScale / gradientScale);
    return {
      ...{ minSamplesLeaf, l2 },
      maxDepth: maxDepth ?? undefined,
      maxLeafNodes: mayBind(options) ? (maxLeafNodes ?? undefined) : undefined,
      bins: this.#bins,
      columns: () => this.#someColumns(),
      leafValue: (leaf) =>
        isQuantile(loss.name)
          ? learningRate * this.#lack(leaf)
          : step * boundedValue(leaf.sums, l2, leaf.bounds),
    };
  }

  /** What most moves the rows of a leaf to their quantile. */
  #lack({ start, end }: { readonly start: number; readonly end: number }): number {
    const { rows, targets, scores, weights } = this.#team.views;
    const some = rows.subarray(start, end);
    const lacks = Float64Array.from(some, (row) => (targets[row] ?? 0) - (scores[0]?.[row] ?? 0));
    const theirs = weights && Float64Array.from(some, (row) => weights[row] ?? 1);
    return weightedQuantile(lacks, theirs, this.#problem.loss.share);
  }

  /** As many as a node looks at, drawn anew for each. */
  #someColumns(): Iterable<number> {
    const { nColumns } = this.#team.memory;
    const wanted = Math.max(1, Math.floor(nColumns * this.#problem.options.maxFeatures));
    const all = Array.from({ length: nColumns }, (_, column) => column);
    if (wanted === nColumns) return all;
    let left = wanted;
    return all.filter((column) => {
      const isTaken = this.#random() * (nColumns - column) < left;
      if (isTaken) left--;
      return isTaken;
    });
  }
}

/** A limit of leaves that a tree of the greatest depth keeps anyway is none: then any order gives the same tree. */
function mayBind({ maxLeafNodes, maxDepth }: BoostingOptions): boolean {
  return maxLeafNodes !== null && (maxDepth === null || maxLeafNodes < 2 ** maxDepth);
}

/** How many nodes may wait to be split at a time. */
function mostOpenNodes(options: BoostingOptions): number {
  if (mayBind(options)) return options.maxLeafNodes ?? 1;
  return options.maxDepth ?? 64;
}
