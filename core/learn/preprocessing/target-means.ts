import { meanAndStd } from "../statistics.ts";

/** How much a category's mean is drawn to the mean of all: by as many rows, or by what the variances say. */
export type Smoothing = number | "auto";

/** One column of categories beside one target. */
export interface CodedTarget {
  /** Of each row, a category from 0 to `nCategories` - 1. */
  readonly codes: Int32Array;
  readonly nCategories: number;
  readonly target: Float64Array;
}

/** The mean of all rows, and that of each category drawn to it; a category without a row has the mean of all. */
export interface TargetMeans {
  readonly mean: number;
  readonly encoding: Float64Array;
}

/**
 * Learned from the given rows.
 *
 * @see Micci-Barreca, A Preprocessing Scheme for High-Cardinality Categorical Attributes, SIGKDD Explorations 3(1), 2001:
 *      equations 3 to 7, as in scikit-learn
 */
export function targetMeans(
  { codes, nCategories, target }: CodedTarget,
  rows: Int32Array,
  smooth: Smoothing,
): TargetMeans {
  const { mean, std } = meanAndStd(new Float64Array(rows.length).map((_, at) => target[rows[at] ?? 0] ?? 0));
  const counts = new Float64Array(nCategories);
  const sums = new Float64Array(nCategories);
  for (const row of rows) {
    const code = codes[row] ?? 0;
    counts[code] = (counts[code] ?? 0) + 1;
    sums[code] = (sums[code] ?? 0) + (target[row] ?? 0);
  }
  if (smooth !== "auto") {
    const encoding = sums.map((sum, code) => {
      const weight = (counts[code] ?? 0) + smooth;
      return weight === 0 ? mean : (sum + smooth * mean) / weight;
    });
    return { mean, encoding };
  }
  const means = sums.map((sum, code) => sum / (counts[code] ?? 0));
  const squares = new Float64Array(nCategories);
  for (const row of rows) {
    const code = codes[row] ?? 0;
    squares[code] = (squares[code] ?? 0) + ((target[row] ?? 0) - (means[code] ?? 0)) ** 2;
  }
  const encoding = means.map((own, code) => {
    const [count, spread] = [counts[code] ?? 0, squares[code] ?? 0];
    const share = (std ** 2 * count) / (std ** 2 * count + spread / count);
    return Number.isNaN(share) ? mean : share * own + (1 - share) * mean;
  });
  return { mean, encoding };
}

/** What each row is encoded as by the rows of the other folds. */
export function crossFitted(
  coded: CodedTarget,
  folds: readonly { readonly train: Int32Array; readonly test: Int32Array }[],
  smooth: Smoothing,
): Float64Array {
  const values = new Float64Array(coded.codes.length);
  for (const { train, test } of folds) {
    const { encoding } = targetMeans(coded, train, smooth);
    for (const row of test) values[row] = encoding[coded.codes[row] ?? 0] ?? 0;
  }
  return values;
}
