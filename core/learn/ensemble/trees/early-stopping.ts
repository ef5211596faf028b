import type { Matrix } from "../../matrix.ts";
import { trainTestSplit } from "../../split/train-test-split.ts";
import type { BoostingOptions } from "../hist-gradient-boosting-options.ts";
import type { LossSpec } from "./losses.ts";
import { meanLoss } from "./mean-loss.ts";
import type { Tree } from "./tree.ts";
import { addTree } from "./tree-ensemble.ts";

/** From how many rows on `"auto"` stops early. */
const autoRows = 10_000;

/** Which rows are learned from and which are held out to tell when to stop; undefined where none are. */
export function holdOut(
  nRows: number,
  targets: ArrayLike<number>,
  loss: LossSpec,
  options: BoostingOptions,
): { readonly train: Int32Array; readonly test: Int32Array } | undefined {
  const { validationFraction, randomState } = options;
  if (!stopsEarly(nRows, options) || validationFraction === null) return undefined;
  const stratify = loss.name === "log_loss" ? { stratify: Array.from(targets, String) } : {};
  const { train, test } = trainTestSplit({
    nRows,
    testSize: validationFraction,
    seed: randomState,
    ...stratify,
  });
  return { train: train.toSorted(), test: test.toSorted() };
}

export function stopsEarly(nRows: number, { earlyStopping }: BoostingOptions): boolean {
  return earlyStopping === "auto" ? nRows > autoRows : earlyStopping;
}

/** Held-out rows, and what is predicted of them so far. */
export class HeldOut {
  readonly #values: Float32Array;
  readonly #width: number;
  readonly #scores: readonly Float64Array[];
  readonly #targets: Float64Array;
  readonly #weights: Float64Array | undefined;
  readonly #loss: LossSpec;

  constructor(
    { data, columns }: Matrix,
    rows: Int32Array,
    truth: { readonly targets: ArrayLike<number>; readonly weights: Float64Array | undefined },
    { loss, base }: { readonly loss: LossSpec; readonly base: Float64Array },
  ) {
    const width = columns.length;
    const { targets, weights } = truth;
    this.#width = width;
    this.#values = new Float32Array(rows.length * width);
    for (const [at, row] of rows.entries()) {
      this.#values.set(data.subarray(row * width, (row + 1) * width), at * width);
    }
    this.#targets = Float64Array.from(rows, (row) => targets[row] ?? 0);
    this.#weights = weights && Float64Array.from(rows, (row) => weights[row] ?? 1);
    this.#scores = Array.from(base, (score) => new Float64Array(rows.length).fill(score));
    this.#loss = loss;
  }

  add(output: number, tree: Tree): void {
    addTree(tree, this.#values, this.#width, this.#scores[output] ?? new Float64Array());
  }

  loss(): number {
    return meanLoss(this.#loss, { targets: this.#targets, scores: this.#scores }, this.#weights);
  }
}

/** Whether none of the last `nIterNoChange` losses is below the one before them by more than `tol`. */
export function hasStalled(
  losses: readonly number[],
  { nIterNoChange, tol }: Pick<BoostingOptions, "nIterNoChange" | "tol">,
): boolean {
  const before = losses.at(-nIterNoChange - 1);
  if (before === undefined) return false;
  return !losses.slice(-nIterNoChange).some((loss) => loss < before - tol);
}
