import type { Sums } from "./split.ts";

/** What leaves below a node may say at least and at most, in integers of gradient / hessian. */
export interface Bounds {
  readonly lower: number;
  readonly upper: number;
}

export const unbounded: Bounds = { lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY };

/** What a leaf of these rows says, within its bounds. */
export function boundedValue({ gradient, hessian }: Sums, l2: number, { lower, upper }: Bounds): number {
  return Math.min(upper, Math.max(lower, -gradient / (hessian + l2)));
}

export interface BoundedSearch {
  readonly node: Sums;
  readonly bounds: Bounds;
  /** 1 where the right side must not say less than the left, -1 where it must not say more. */
  readonly direction: number;
  readonly minSamplesLeaf: number;
  readonly minHessian: number;
  readonly l2: number;
}

export interface BoundedSplit {
  readonly score: number;
  readonly bin: number;
  readonly left: Sums;
}

/**
 * The best gap between bins, if its score is above `least`, whose sides keep to the bounds and the direction.
 *
 * @param begun  what goes left whatever the gap
 * @see scikit-learn's documentation of monotonic constraints
 */
export function bestBoundedSplit(
  sumsOf: (bin: number) => Sums,
  nGaps: number,
  begun: Sums,
  search: BoundedSearch,
  least: number,
): BoundedSplit | undefined {
  const { node, minSamplesLeaf, minHessian } = search;
  let { gradient, hessian, count } = begun;
  let best: BoundedSplit | undefined;
  for (let bin = 0; bin < nGaps; bin++) {
    const sums = sumsOf(bin);
    gradient += sums.gradient;
    hessian += sums.hessian;
    count += sums.count;
    if (count < minSamplesLeaf || hessian < minHessian) continue;
    if (node.count - count < minSamplesLeaf || node.hessian - hessian < minHessian) break;
    const left = { gradient, hessian, count };
    const score = scoreOf(left, search);
    if (score > (best?.score ?? least)) best = { score, bin, left };
  }
  return best;
}

/** By how much both sides lower the loss, twice; nothing where they say the wrong thing. */
function scoreOf(left: Sums, { node, bounds, direction, l2 }: BoundedSearch): number {
  const right = {
    gradient: node.gradient - left.gradient,
    hessian: node.hessian - left.hessian,
    count: node.count - left.count,
  };
  const [low, high] = [boundedValue(left, l2, bounds), boundedValue(right, l2, bounds)];
  if (direction * (high - low) < 0) return Number.NEGATIVE_INFINITY;
  return -low * left.gradient - high * right.gradient;
}
