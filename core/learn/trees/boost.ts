import type { Matrix } from "../matrix.ts";
import { seededRandom } from "../random.ts";
import { SplitFinder, type Sums } from "./best-split.ts";
import { type ColumnBins, findColumnBins, paddedThresholds } from "./bins.ts";
import { type FixedPoint, fixedPoint } from "./fixed-point.ts";
import { growTree, type Leaf } from "./grow-tree.ts";
import { blockRows, type GrowthMemory, growthMemory } from "./growth-memory.ts";
import type { Loss } from "./losses.ts";
import type { Tree } from "./tree.ts";
import type { TreeEnsemble } from "./tree-ensemble.ts";
import { type TreeKernels, treeKernels } from "./tree-kernels.ts";

export interface BoostOptions {
  readonly learningRate: number;
  readonly maxIter: number;
  readonly maxLeafNodes: number | null;
  readonly maxDepth: number | null;
  readonly minSamplesLeaf: number;
  readonly l2Regularization: number;
  readonly maxBins: number;
  readonly randomState: number;
}

export interface BoostProblem {
  readonly matrix: Matrix;
  readonly weights: Float64Array | undefined;
  readonly loss: Loss;
  readonly options: BoostOptions;
}

/** Least sum of hessians on a side of a split. */
const minHessian = 1e-3;

/**
 * Gradient boosting on histograms: in each iteration, a tree for every output, grown on what the loss wants changed.
 *
 * @see Friedman (2001), Greedy function approximation: a gradient boosting machine
 */
export function boost(problem: BoostProblem): TreeEnsemble {
  const booster = new Booster(problem);
  const trees: Tree[] = [];
  const { nOutputs, base } = problem.loss;
  for (let iteration = 0; iteration < problem.options.maxIter; iteration++) trees.push(...booster.iterate());
  const outputOf = trees.map((_, index) => index % nOutputs);
  return { trees, nOutputs, outputOf, base };
}

class Booster {
  readonly #problem: BoostProblem;
  readonly #bins: readonly ColumnBins[];
  readonly #memory: GrowthMemory;
  readonly #kernels: TreeKernels;
  readonly #rows: Int32Array;
  /** n_rows for each output. */
  readonly #scores: readonly Float64Array[];
  /** Their address; 0 of none. */
  readonly #weights: number;
  readonly #mostWeight: number;
  readonly #columns: readonly number[];

  constructor(problem: BoostProblem) {
    const { matrix, loss, options, weights } = problem;
    this.#problem = problem;
    const random = seededRandom(options.randomState);
    this.#bins = findColumnBins(matrix, { maxBins: options.maxBins, random });
    const { nRows, columns } = matrix;
    this.#memory = growthMemory({
      nRows,
      nColumns: columns.length,
      mostHistograms: mostOpenNodes(options) + 2,
      isWeighted: weights !== undefined,
    });
    this.#kernels = treeKernels(this.#memory.memory);
    this.#fillBins();
    this.#rows = new Int32Array(this.#memory.memory.buffer, this.#memory.rows, nRows);
    this.#scores = Array.from(loss.base, (score) => new Float64Array(nRows).fill(score));
    this.#weights = this.#memory.weights;
    if (weights !== undefined)
      new Float64Array(this.#memory.memory.buffer, this.#weights, nRows).set(weights);
    this.#mostWeight = weights?.reduce((a, b) => Math.max(a, b), 0) ?? 1;
    this.#columns = columns.map((_, column) => column);
  }

  /** A tree for every output, added to the scores. */
  iterate(): Tree[] {
    const { loss } = this.#problem;
    loss.begin(this.#scores);
    return this.#scores.map((scores, output) => {
      const { tree, leaves } = this.#grow(this.#derive(output, scores));
      for (const leaf of leaves) this.#addLeaf(leaf, scores);
      return tree;
    });
  }

  #grow(scales: FixedPoint) {
    const { options, matrix } = this.#problem;
    const { learningRate, l2Regularization, minSamplesLeaf, maxLeafNodes, maxDepth } = options;
    const { gradientScale, hessianScale, countShift } = scales;
    const { nRows } = matrix;
    const shared = { memory: this.#memory, kernels: this.#kernels, bins: this.#bins, nRows, countShift };
    const finder = new SplitFinder({
      ...shared,
      rules: { minSamplesLeaf, minHessian: minHessian * hessianScale, l2: l2Regularization * hessianScale },
    });
    const leafValue = ({ gradient, hessian }: Sums) =>
      (-learningRate * (gradient / gradientScale)) / (hessian / hessianScale + l2Regularization + 1e-15);
    for (let row = 0; row < matrix.nRows; row++) this.#rows[row] = row;
    const rules = {
      minSamplesLeaf,
      maxDepth: maxDepth ?? undefined,
      maxLeafNodes: mayBind(options) ? (maxLeafNodes ?? undefined) : undefined,
      columns: () => this.#columns,
      leafValue,
    };
    return growTree({ ...shared, finder }, rules, matrix.nRows);
  }

  #fillBins(): void {
    const { matrix } = this.#problem;
    const { memory, block, bins, columnBins, stride, thresholds } = this.#memory;
    const width = matrix.columns.length;
    new Float32Array(memory.buffer, thresholds, 256 * width).set(paddedThresholds(this.#bins));
    const values = new Float32Array(memory.buffer, block, blockRows * width);
    for (let start = 0; start < matrix.nRows; start += blockRows) {
      const rows = Math.min(blockRows, matrix.nRows - start);
      values.set(matrix.data.subarray(start * width, (start + rows) * width));
      for (let column = 0; column < width; column++) {
        const byRow = bins + start * stride + column;
        const byColumn = columnBins + column * matrix.nRows + start;
        const own = thresholds + column * 1024;
        this.#kernels.findBins(block + 4 * column, width, rows, own, byRow, stride, byColumn);
      }
    }
  }

  /** Writes the rows' gradients and hessians for an output. @returns their scales */
  #derive(output: number, scores: Float64Array): FixedPoint {
    const { loss, matrix } = this.#problem;
    const most = loss.most ?? this.#largest(output, scores);
    const scales = fixedPoint(matrix.nRows, {
      gradient: most.gradient * this.#mostWeight,
      hessian: most.hessian * this.#mostWeight,
    });
    const { gradientScale, hessianScale } = scales;
    const { block, gradients } = this.#memory;
    this.#blocks(output, scores, (start, { length }) => {
      const into = gradients + start * 8;
      const hessians = block + 8 * blockRows;
      const weights = this.#weights === 0 ? 0 : this.#weights + 8 * start;
      this.#kernels.quantize(block, hessians, weights, length, into, gradientScale, hessianScale);
    });
    return scales;
  }

  #largest(output: number, scores: Float64Array): { gradient: number; hessian: number } {
    const most = { gradient: 0, hessian: 0 };
    this.#blocks(output, scores, (_, gradients, hessians) => {
      for (let index = 0; index < gradients.length; index++) {
        most.gradient = Math.max(most.gradient, Math.abs(gradients[index] ?? 0));
        most.hessian = Math.max(most.hessian, hessians[index] ?? 0);
      }
    });
    return most;
  }

  /** Some thousand rows at a time, whose derivatives stay in the cache. */
  #blocks(
    output: number,
    scores: Float64Array,
    use: (start: number, gradients: Float64Array, hessians: Float64Array) => void,
  ): void {
    const { memory, block } = this.#memory;
    for (let start = 0; start < scores.length; start += blockRows) {
      const length = Math.min(blockRows, scores.length - start);
      const gradients = new Float64Array(memory.buffer, block, length);
      const hessians = new Float64Array(memory.buffer, block + 8 * blockRows, length);
      this.#problem.loss.derive(output, scores, start, gradients, hessians);
      use(start, gradients, hessians);
    }
  }

  #addLeaf({ start, end, value }: Leaf, scores: Float64Array): void {
    for (let index = start; index < end; index++) {
      const row = this.#rows[index] ?? 0;
      scores[row] = (scores[row] ?? 0) + value;
    }
  }
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
