/** A convex function around one point. */
export interface LocalObjective {
  readonly value: number;
  readonly gradient: Float64Array;
  /** The Hessian times a vector. */
  hessian(vector: Float64Array): Float64Array;
  /** Divides a vector, in place, by something like the Hessian, symmetric and positive. */
  preconditioner(): (vector: Float64Array) => void;
}

export interface NewtonOptions {
  readonly start: Float64Array;
  readonly maxIter: number;
  /** The search ends when a whole step changes no variable by more, or the next one surely would not. */
  readonly tol: number;
}

export interface Minimum {
  readonly point: Float64Array;
  readonly nIter: number;
  /** Whether `tol` was reached within `maxIter` steps. */
  readonly converged: boolean;
}

/** A step that is more exact than this is not worth its time: the next one is better placed. */
const leastAccuracy = 0.005;

/**
 * Minimises a smooth convex function by Newton's method; each step is found by conjugate gradients,
 * the more exactly the nearer the minimum, so the last steps square the error.
 *
 * @see Nocedal & Wright, Numerical Optimization, 2nd ed., algorithm 7.1 (line search Newton-CG)
 */
export function minimizeByNewton(
  objective: (point: Float64Array) => LocalObjective,
  { start, maxIter, tol }: NewtonOptions,
): Minimum {
  let point = start;
  let here = objective(point);
  const firstSlope = norm(here.gradient);
  let before = Number.NaN;
  for (let nIter = 1; nIter <= maxIter; nIter++) {
    const accuracy = Math.min(0.03, Math.max(leastAccuracy, norm(here.gradient) / firstSlope));
    const step = newtonStep(here, accuracy);
    const next = searchLine(objective, { point, here, step });
    if (next === undefined) return { point, nIter, converged: false };
    const size = largest(step);
    // Steps shrink ever faster: the next one would be smaller than this one by at least as much as this one was.
    const converged = next.length === 1 && (size <= tol || (size / before) * size <= tol / 20);
    before = next.length === 1 ? size : Number.NaN;
    point = next.point;
    here = next.there;
    if (converged) return { point, nIter, converged };
  }
  return { point, nIter: maxIter, converged: false };
}

/** Solves Hessian · step = -gradient to the relative accuracy. */
function newtonStep(here: LocalObjective, accuracy: number): Float64Array {
  const { gradient } = here;
  const size = gradient.length;
  const step = new Float64Array(size);
  const residual = gradient.map((slope) => -slope);
  const divide = here.preconditioner();
  const precondition = () => {
    const conditioned = residual.slice();
    divide(conditioned);
    return conditioned;
  };
  let direction = precondition();
  let product = dot(residual, direction);
  // What is divided by something like the Hessian is measured as the step is: by what it changes the value.
  const goal = accuracy ** 2 * product;
  for (let iteration = 0; iteration < 2 * size + 20 && product > goal; iteration++) {
    const image = here.hessian(direction);
    const bend = dot(direction, image);
    if (bend <= 0) break;
    addScaled(step, direction, product / bend);
    addScaled(residual, image, -product / bend);
    const conditioned = precondition();
    const nextProduct = dot(residual, conditioned);
    addScaled(conditioned, direction, nextProduct / product);
    direction = conditioned;
    product = nextProduct;
  }
  return step;
}

interface Line {
  readonly point: Float64Array;
  readonly here: LocalObjective;
  readonly step: Float64Array;
}

/** The longest of the step, its half, its quarter … that lowers the value enough (Armijo). */
function searchLine(objective: (point: Float64Array) => LocalObjective, { point, here, step }: Line) {
  const slope = dot(here.gradient, step);
  const rounding = 1e-12 * Math.abs(here.value);
  for (let length = 1; length > 1e-9; length /= 2) {
    const candidate = point.slice();
    addScaled(candidate, step, length);
    const there = objective(candidate);
    if (there.value <= here.value + 1e-4 * length * slope + rounding)
      return { point: candidate, there, length };
  }
  return undefined;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += (a[index] ?? 0) * (b[index] ?? 0);
  return sum;
}

function norm(vector: Float64Array): number {
  return Math.sqrt(dot(vector, vector));
}

function largest(vector: Float64Array): number {
  return vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

function addScaled(target: Float64Array, vector: Float64Array, factor: number): void {
  for (let index = 0; index < target.length; index++) {
    target[index] = (target[index] ?? 0) + factor * (vector[index] ?? 0);
  }
}
