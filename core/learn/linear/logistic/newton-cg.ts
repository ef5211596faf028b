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
  /** Whether the start is so near that an exact step may be all that is needed. */
  readonly isNear?: boolean;
}

export interface Minimum {
  readonly point: Float64Array;
  readonly nIter: number;
  /** Whether `tol` was reached within `maxIter` steps. */
  readonly converged: boolean;
}

/** A step that is more exact than this is not worth its time: the next one is better placed. */
const mostAccuracy = 0.005;
/** A preconditioner that is further off is made anew. */
const mostUnlike = 0.3;

/**
 * Minimises a smooth convex function by Newton's method; each step is found by conjugate gradients,
 * the more exactly the nearer the minimum, so the last steps square the error.
 *
 * @see Nocedal & Wright, Numerical Optimization, 2nd ed., algorithm 7.1 (line search Newton-CG)
 */
export function minimizeByNewton(
  objective: (point: Float64Array) => LocalObjective,
  { start, maxIter, tol, isNear = false }: NewtonOptions,
): Minimum {
  let point = start;
  let here = objective(point);
  let divide = here.preconditioner();
  const accuracyAt = accuracies(here, isNear);
  let before = Number.NaN;
  let enough = 0;
  for (let nIter = 1; nIter <= maxIter; nIter++) {
    const accuracy = accuracyAt(here);
    const { step, unlike } = newtonStep(here, { accuracy, divide, enough });
    const size = largest(step);
    if (isLast({ size, before, accuracy, unlike, tol }))
      return { point: moved(point, step, 1), nIter, converged: true };
    const next = searchLine(objective, { point, here, step });
    if (next === undefined) return { point, nIter, converged: false };
    before = next.length === 1 ? size : Number.NaN;
    point = next.point;
    here = next.there;
    // The step then leaves a twentieth of `tol`.
    enough = isNear ? Math.min(2 * tol, tol / 20 / unlike) : 0;
    if (unlike >= mostUnlike) divide = here.preconditioner();
  }
  return { point, nIter: maxIter, converged: false };
}

interface StepSize {
  readonly size: number;
  /** Of the step before, if that was a whole one. */
  readonly before: number;
  readonly accuracy: number;
  readonly unlike: number;
  readonly tol: number;
}

/**
 * What a step leaves is what it was inexact by, and what grows with its square, as the step before showed. How inexact
 * single variables are is known only where the preconditioner measures steps much as the Hessian does.
 */
function isLast({ size, before, accuracy, unlike, tol }: StepSize): boolean {
  const rest = accuracy * size + (size / before) ** 2 * size;
  return size <= tol || (unlike < mostUnlike && rest <= tol / 20);
}

function accuracies(first: LocalObjective, isNear: boolean) {
  const firstSlope = isNear ? Number.POSITIVE_INFINITY : norm(first.gradient);
  return ({ gradient }: LocalObjective) =>
    Math.min(0.03, Math.max(mostAccuracy, norm(gradient) / firstSlope));
}

interface NewtonStep {
  readonly step: Float64Array;
  /** By what part the preconditioner was off, where it was furthest, from the Hessian; 0 where it stood in for it. */
  readonly unlike: number;
}

interface StepOptions {
  readonly accuracy: number;
  readonly divide: (vector: Float64Array) => void;
  /** If what the preconditioner makes of the slope is no longer than this, it is the step. */
  readonly enough: number;
}

/** Solves Hessian · step = -gradient to the relative accuracy. */
function newtonStep(here: LocalObjective, { accuracy, divide, enough }: StepOptions): NewtonStep {
  const { gradient } = here;
  const size = gradient.length;
  const step = new Float64Array(size);
  const residual = gradient.map((slope) => -slope);
  const precondition = () => {
    const conditioned = residual.slice();
    divide(conditioned);
    return conditioned;
  };
  let direction = precondition();
  let unlike = 0;
  if (largest(direction) <= enough) return { step: direction, unlike: 0 };
  let product = dot(residual, direction);
  // What is divided by something like the Hessian is measured as the step is: by what it changes the value.
  const goal = accuracy ** 2 * product;
  for (let iteration = 0; iteration < 2 * size + 20 && product > goal; iteration++) {
    const image = here.hessian(direction);
    const bend = dot(direction, image);
    if (bend <= 0) break;
    const length = product / bend;
    // It is 1 if they are the same.
    unlike = Math.max(unlike, Math.abs(length - 1));
    addScaled(step, direction, length);
    addScaled(residual, image, -length);
    const conditioned = precondition();
    const nextProduct = dot(residual, conditioned);
    addScaled(conditioned, direction, nextProduct / product);
    direction = conditioned;
    product = nextProduct;
  }
  return { step, unlike };
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
    const candidate = moved(point, step, length);
    const there = objective(candidate);
    if (there.value <= here.value + 1e-4 * length * slope + rounding)
      return { point: candidate, there, length };
  }
  return undefined;
}

function moved(point: Float64Array, step: Float64Array, length: number): Float64Array {
  return point.map((value, at) => value + length * (step[at] ?? 0));
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
