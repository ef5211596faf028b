import type { FitContext } from "../fit-context.ts";
import type { Matrix } from "../matrix.ts";
import { seededRandom } from "../random.ts";
import { baseScores } from "./base-scores.ts";
import { type ColumnBins, findColumnBins } from "./bins.ts";
import { fillGrowthBins } from "./fill-growth-bins.ts";
import { fixedPoint } from "./fixed-point.ts";
import { growTree } from "./grow-tree.ts";
import { type GrowthMemory, growthMemory } from "./growth-memory.ts";
import { GrowthTeam } from "./growth-team.ts";
import { growthViews } from "./growth-views.ts";
import { type LossName, lossOf } from "./losses.ts";
import type { Sums } from "./split.ts";
import type { Tree } from "./tree.ts";
import type { TreeEnsemble } from "./tree-ensemble.ts";

export interface BoostOptions {
  readonly learningRate: number;
  readonly maxIter: number;
  readonly maxLeafNodes: number | null;
  readonly maxDepth: number | null;
  readonly minSamplesLeaf: number;
  readonly l2Regularization: number;
  readonly maxBins: number;
  readonly randomState: number | null;
}

export interface BoostProblem {
  readonly matrix: Matrix;
  /** Numbers, or the numbers of classes. */
  readonly targets: ArrayLike<number>;
  readonly weights: Float64Array | undefined;
  readonly loss: LossName;
  readonly nOutputs: number;
  readonly options: BoostOptions;
  readonly context: FitContext;
}

/** Least sum of hessians on a side of a split. */
const minHessian = 1e-3;

/**
 * Gradient boosting on histograms: in each iteration, a tree for every output, grown on what the loss wants changed.
 *
 * @see Friedman (2001), Greedy function approximation: a gradient boosting machine
 */
export function boost(problem: BoostProblem): TreeEnsemble {
  const { matrix, options, nOutputs, context, loss, weights } = problem;
  const random = seededRandom(options.randomState ?? context.seed);
  const bins = findColumnBins(matrix, { maxBins: options.maxBins, random });
  const memory = memoryOf(problem);
  fillGrowthBins(memory, matrix, bins);
  const views = growthViews(memory);
  views.targets.set(problem.targets);
  if (weights !== undefined) views.weights?.set(weights);
  const base = baseScores(loss, views.targets, weights, nOutputs);
  for (const [output, score] of base.entries()) views.scores[output]?.fill(score);
  const nBins = bins.map((column) => column.nBins);
  using team = new GrowthTeam(context.threads, { memory, loss, nBins });
  const trees = growTrees(problem, team, bins);
  return { trees, nOutputs, outputOf: trees.map((_, index) => index % nOutputs), base };
}

function memoryOf({ matrix, nOutputs, options, weights }: BoostProblem): GrowthMemory {
  return growthMemory({
    nRows: matrix.nRows,
    nColumns: matrix.columns.length,
    nOutputs,
    mostHistograms: mostOpenNodes(options) + 2,
    isWeighted: weights !== undefined,
  });
}

function growTrees(problem: BoostProblem, team: GrowthTeam, bins: readonly ColumnBins[]): Tree[] {
  const trees: Tree[] = [];
  const mostWeight = problem.weights?.reduce((a, b) => Math.max(a, b), 0) ?? 1;
  for (let iteration = 0; iteration < problem.options.maxIter; iteration++) {
    team.begin();
    for (let output = 0; output < problem.nOutputs; output++) {
      const leafValue = derive({ ...problem, mostWeight }, team, output);
      const { tree, leaves } = growTree(team, {
        ...limits(problem.options),
        ...{ bins, leafValue },
        columns: () => bins.keys(),
      });
      team.addLeaves(output, leaves);
      trees.push(tree);
    }
  }
  return trees;
}

/** Writes the gradients of an output and the rules of its tree. @returns what a leaf of that tree says */
function derive(
  { loss, options, mostWeight }: BoostProblem & { readonly mostWeight: number },
  team: GrowthTeam,
  output: number,
): (sums: Sums) => number {
  const { learningRate, l2Regularization: l2, minSamplesLeaf } = options;
  const most = lossOf(loss, team.views).most ?? team.findMost(output);
  const { gradientScale, hessianScale, countShift } = fixedPoint(team.memory.nRows, {
    gradient: most.gradient * mostWeight,
    hessian: most.hessian * mostWeight,
  });
  team.derive(output, { gradientScale, hessianScale });
  team.views.rules.set([countShift, minSamplesLeaf, minHessian * hessianScale, l2 * hessianScale]);
  return ({ gradient, hessian }) =>
    (-learningRate * (gradient / gradientScale)) / (hessian / hessianScale + l2 + 1e-15);
}

function limits(options: BoostOptions) {
  return {
    minSamplesLeaf: options.minSamplesLeaf,
    maxDepth: options.maxDepth ?? undefined,
    maxLeafNodes: mayBind(options) ? (options.maxLeafNodes ?? undefined) : undefined,
  };
}

/** A limit of leaves that a tree of the greatest depth keeps anyway is none: then any order gives the same tree. */
function mayBind({ maxLeafNodes, maxDepth }: BoostOptions): boolean {
  return maxLeafNodes !== null && (maxDepth === null || maxLeafNodes < 2 ** maxDepth);
}

/** How many nodes may wait to be split at a time. */
function mostOpenNodes(options: BoostOptions): number {
  if (mayBind(options)) return options.maxLeafNodes ?? 1;
  return options.maxDepth ?? 64;
}
