import { missingBin } from "./bins.ts";
import type { Sums } from "./split.ts";

/** A category must count for as many rows to go left, and as much is added to hessians before categories are sorted. */
const smoothing = 10;

export interface CategoryRules {
  readonly minSamplesLeaf: number;
  readonly minHessian: number;
  readonly l2: number;
  /** A hessian of 1 as an integer. */
  readonly hessianScale: number;
}

/** The categories that go left, as bins, and what they add up to; `score` is gradient² / hessian of both sides. */
export interface CategorySplit {
  readonly score: number;
  readonly bins: readonly number[];
  readonly left: Sums;
}

interface Category {
  readonly bin: number;
  readonly sums: Sums;
  readonly order: number;
}

/**
 * The best two sets of categories, if their score is above `least`: categories sorted by gradient over hessian are cut in
 * two, from both ends. Missing values are a category. Those of few rows stay on the right.
 *
 * @param sumsOf  what is in a bin
 * @see Fisher (1958), On grouping for maximum homogeneity; Ke et al. (2017), LightGBM, and scikit-learn, which follows it
 */
export function bestCategorySplit(
  sumsOf: (bin: number) => Sums,
  nBins: number,
  node: Sums,
  rules: CategoryRules,
  least: number,
): CategorySplit | undefined {
  const sorted = frequentCategories(sumsOf, nBins, node, rules);
  const half = Math.floor((sorted.length + 1) / 2);
  const fromLow = bestPrefix(sorted.slice(0, half), node, rules, least);
  const high = sorted.toReversed().slice(0, half - 1);
  return bestPrefix(high, node, rules, fromLow?.score ?? least) ?? fromLow;
}

function frequentCategories(
  sumsOf: (bin: number) => Sums,
  nBins: number,
  node: Sums,
  { hessianScale }: CategoryRules,
): Category[] {
  const rowsPerHessian = node.count / node.hessian;
  return [...Array(nBins).keys(), missingBin]
    .map((bin): Category => {
      const sums = sumsOf(bin);
      return { bin, sums, order: sums.gradient / (sums.hessian + smoothing * hessianScale) };
    })
    .filter(({ sums }) => sums.count > 0 && sums.hessian * rowsPerHessian >= smoothing)
    .sort((a, b) => a.order - b.order);
}

/** The best of the first categories, the first two, and so on. */
function bestPrefix(
  categories: readonly Category[],
  node: Sums,
  { minSamplesLeaf, minHessian, l2 }: CategoryRules,
  least: number,
): CategorySplit | undefined {
  let [gradient, hessian, count] = [0, 0, 0];
  let best: CategorySplit | undefined;
  for (const [index, { sums }] of categories.entries()) {
    gradient += sums.gradient;
    hessian += sums.hessian;
    count += sums.count;
    if (count < minSamplesLeaf || hessian < minHessian) continue;
    const rest = node.gradient - gradient;
    const restHessian = node.hessian - hessian;
    if (node.count - count < minSamplesLeaf || restHessian < minHessian) break;
    const score = (gradient * gradient) / (hessian + l2) + (rest * rest) / (restHessian + l2);
    if (score <= (best?.score ?? least)) continue;
    const bins = categories.slice(0, index + 1).map(({ bin }) => bin);
    best = { score, bins, left: { gradient, hessian, count } };
  }
  return best;
}
