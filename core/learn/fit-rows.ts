import { MltError } from "../errors.ts";
import type { Features, FitOptions, Labels, Targets } from "./estimator.ts";
import { type CodedLabels, readLabels } from "./labels.ts";
import { Matrix } from "./matrix.ts";
import { type Reading, readFeatures } from "./read-features.ts";
import { readTargets } from "./targets.ts";
import { type ClassWeight, classWeighted, readWeights } from "./weights.ts";

interface FitRows {
  /** The rows that count: a row of weight 0 is not among them. */
  readonly matrix: Matrix;
  /** Of each row, above 0; undefined when every row weighs 1. */
  readonly weights: Float64Array | undefined;
}

/** What a classifier is fitted on. */
export interface LabelledRows extends FitRows, CodedLabels {}

/** What a regressor is fitted on. */
export interface TargetRows extends FitRows {
  readonly targets: Float64Array;
}

/**
 * A classifier's X and y, with the rows that count and what they weigh.
 *
 * @throws {MltError} when X, y or the weights cannot be read, or fewer than two classes count
 */
export function readLabelledRows(
  who: string,
  X: Features,
  y: Labels,
  options: FitOptions & Reading & { readonly classWeight?: ClassWeight },
): LabelledRows {
  const all = readFeatures(X, who, options);
  const { kept, weights } = countingRows(options, all.nRows, who);
  const labels = readLabels(y, all.nRows, who, kept);
  return {
    ...labels,
    matrix: kept === undefined ? all : selectRows(all, kept),
    weights: classWeighted(options.classWeight ?? null, labels, { weights, who }),
  };
}

/**
 * A regressor's X and y, with the rows that count and what they weigh.
 *
 * @throws {MltError} when X, y or the weights cannot be read
 */
export function readTargetRows(
  who: string,
  X: Features,
  y: Targets,
  options: FitOptions & Reading,
): TargetRows {
  const all = readFeatures(X, who, options);
  const targets = readTargets(y, all.nRows, who);
  const { kept, weights } = countingRows(options, all.nRows, who);
  if (kept === undefined) return { matrix: all, targets, weights };
  return {
    matrix: selectRows(all, kept),
    targets: Float64Array.from(kept, (row) => targets[row] ?? 0),
    weights,
  };
}

/** What is read here of the options of `fit`, and of what estimators put among them. */
const known: ReadonlySet<string> = new Set(["sampleWeight", "classWeight", "allowsMissing"]);

/** Weights that are not asked for would not count, and nobody would notice. */
function refuseOthers(options: FitOptions, who: string): void {
  const other = Object.keys(options).find((name) => !known.has(name));
  if (other === undefined) return;
  throw new MltError(`The fit of ${who} has no option "${other}"`, {
    hint: "Give weights of rows as fit(X, y, { sampleWeight }).",
  });
}

interface CountingRows {
  /** The rows of a weight above 0; undefined when that is all of them. */
  readonly kept: Int32Array | undefined;
  /** Theirs; undefined when every row weighs 1. */
  readonly weights: Float64Array | undefined;
}

function countingRows(options: FitOptions, nRows: number, who: string): CountingRows {
  refuseOthers(options, who);
  const { sampleWeight } = options;
  if (sampleWeight === undefined) return { kept: undefined, weights: undefined };
  const all = readWeights(sampleWeight, nRows, who);
  const weights = all.filter((weight) => weight > 0);
  const plain = weights.every((weight) => weight === 1) ? undefined : weights;
  if (weights.length === nRows) return { kept: undefined, weights: plain };
  const rows = Int32Array.from(all, (_, row) => row);
  return { kept: rows.filter((row) => (all[row] ?? 0) > 0), weights: plain };
}

function selectRows({ columns, data, categorical }: Matrix, rows: Int32Array): Matrix {
  const width = columns.length;
  const values = new Float64Array(rows.length * width);
  for (const [at, row] of rows.entries())
    values.set(data.subarray(row * width, (row + 1) * width), at * width);
  return new Matrix(columns, values, { categorical });
}
