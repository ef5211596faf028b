import { softThreshold } from "../soft-threshold.ts";
import type { LossHessian } from "./loss-hessian.ts";

/** A log loss to the second order around a point, and its penalty. */
export interface Quadratic {
  /** The weights of the first function, then of the second, and so on. */
  readonly point: Float64Array;
  /** Of loss and ridge. */
  readonly gradient: Float64Array;
  /** Diagonal of the Hessian of both. */
  readonly curvature: Float64Array;
  readonly hessian: LossHessian;
  readonly ridge: Float64Array;
  readonly lasso: Float64Array;
}

export interface QuadraticMinimum {
  readonly weights: Float64Array;
  /** What the way there would save if loss and ridge were as steep all along, with the lasso. */
  readonly slope: number;
}

interface Descent extends Quadratic {
  readonly weights: Float64Array;
}

const mostCycles = 1_000;

/**
 * Coordinate descent, one weight after the other; most of the time only over those that are not 0.
 * Ends when a cycle over all changes none by more than a hundredth of what the first one did, or a thousandth of `tol`.
 *
 * @see Friedman, Hastie & Tibshirani (2010), Regularization Paths for Generalized Linear Models via Coordinate Descent
 */
export function quadraticMinimum(quadratic: Quadratic, tol: number): QuadraticMinimum {
  const descent: Descent = { ...quadratic, weights: quadratic.point.slice() };
  let goal = 0;
  let isWhole = true;
  for (let cycle = 0; cycle < mostCycles; cycle++) {
    const change = runCycle(descent, isWhole);
    if (cycle === 0) goal = Math.max(change, tol / 10) / 100;
    else if (change <= goal && isWhole) break;
    // What a whole cycle brought to life is settled first; then a whole one looks whether more has to be.
    isWhole = change <= goal;
  }
  return { weights: descent.weights, slope: slopeOf(descent) };
}

/** @returns the largest change of a weight */
function runCycle(descent: Descent, isWhole: boolean): number {
  const { weights, lasso } = descent;
  let largest = 0;
  for (let at = 0; at < weights.length; at++) {
    const isFree = (lasso[at % lasso.length] ?? 0) === 0;
    if (isWhole || isFree || weights[at] !== 0)
      largest = Math.max(largest, Math.abs(moveWeight(descent, at)));
  }
  return largest;
}

/** Puts one weight where the quadratic is least as long as all others stay. @returns how far it went */
function moveWeight(
  { point, weights, curvature, gradient, hessian, ...penalty }: Descent,
  at: number,
): number {
  const ridge = penalty.ridge[at % penalty.ridge.length] ?? 0;
  const lasso = penalty.lasso[at % penalty.lasso.length] ?? 0;
  const bend = curvature[at] ?? 0;
  // A column that does not vary.
  if (!(bend > 0)) return 0;
  const weight = weights[at] ?? 0;
  const slope = (gradient[at] ?? 0) + ridge * (weight - (point[at] ?? 0)) + hessian.bendAt(at);
  const next = softThreshold(weight - slope / bend, lasso / bend);
  weights[at] = next;
  if (next !== weight) hessian.move(at, next - weight);
  return next - weight;
}

function slopeOf({ point, weights, gradient, lasso }: Descent): number {
  return weights.reduce((sum, weight, at) => {
    const before = point[at] ?? 0;
    const absolute = (lasso[at % lasso.length] ?? 0) * (Math.abs(weight) - Math.abs(before));
    return sum + (gradient[at] ?? 0) * (weight - before) + absolute;
  }, 0);
}
