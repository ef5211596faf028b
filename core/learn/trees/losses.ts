import { weightedMean } from "../weighted-statistics.ts";

/** What boosting makes small. Scores are on the scale of the link: log odds, log of a mean, or the target itself. */
export interface Loss {
  readonly nOutputs: number;
  /** The best constant scores, n_outputs. */
  readonly base: Float64Array;
  /** What no gradient, by size, and no hessian exceeds before weights; none where only the rows can tell. */
  readonly most?: { readonly gradient: number; readonly hessian: number };
  /** Looks at the scores, n_rows for each output, before the trees of an iteration are grown. */
  begin(scores: readonly Float64Array[]): void;
  /** Gradients and hessians of rows from `start` on, as many as `gradients` holds, for an output. */
  derive(
    output: number,
    scores: Float64Array,
    start: number,
    gradients: Float64Array,
    hessians: Float64Array,
  ): void;
}

/** Half of the squared error. */
export function squaredError(targets: Float64Array, weights: Float64Array | undefined): Loss {
  return {
    nOutputs: 1,
    base: Float64Array.of(weightedMean(targets, weights)),
    begin: nothing,
    derive(_, scores, start, gradients, hessians) {
      hessians.fill(1);
      for (let index = 0; index < gradients.length; index++) {
        gradients[index] = (scores[start + index] ?? 0) - (targets[start + index] ?? 0);
      }
    },
  };
}

/** The log loss of two classes, coded 0 and 1; the score is the log odds of the second. */
export function binaryLogLoss(codes: Int32Array, weights: Float64Array | undefined): Loss {
  const share = weightedMean(Float64Array.from(codes), weights);
  return {
    nOutputs: 1,
    base: Float64Array.of(Math.log(share / (1 - share))),
    most: { gradient: 1, hessian: 0.25 },
    begin: nothing,
    derive(_, scores, start, gradients, hessians) {
      for (let index = 0; index < gradients.length; index++) {
        const p = 1 / (1 + Math.exp(-(scores[start + index] ?? 0)));
        gradients[index] = p - (codes[start + index] ?? 0);
        hessians[index] = p * (1 - p);
      }
    },
  };
}

/** The log loss of k classes; a score for each, up to a constant the log of its probability. */
export function multinomialLogLoss(codes: Int32Array, k: number, weights: Float64Array | undefined): Loss {
  const logSums = new Float64Array(codes.length);
  return {
    nOutputs: k,
    base: Float64Array.from({ length: k }, (_, code) =>
      Math.log(
        weightedMean(
          Float64Array.from(codes, (each) => Number(each === code)),
          weights,
        ),
      ),
    ),
    most: { gradient: 1, hessian: 0.25 },
    begin: (scores) => logSumsOfExp(scores, logSums),
    derive(output, scores, start, gradients, hessians) {
      for (let index = 0; index < gradients.length; index++) {
        const row = start + index;
        const p = Math.exp((scores[row] ?? 0) - (logSums[row] ?? 0));
        gradients[index] = codes[row] === output ? p - 1 : p;
        hessians[index] = p * (1 - p);
      }
    },
  };
}

/** The scores of an output change once its tree is grown; these stay as they were before the first of them. */
function logSumsOfExp(scores: readonly Float64Array[], into: Float64Array): void {
  const most = new Float64Array(into.length).fill(Number.NEGATIVE_INFINITY);
  for (const ofClass of scores) raise(most, ofClass);
  into.fill(0);
  for (const ofClass of scores) {
    for (let row = 0; row < most.length; row++) {
      into[row] = (into[row] ?? 0) + Math.exp((ofClass[row] ?? 0) - (most[row] ?? 0));
    }
  }
  for (let row = 0; row < most.length; row++) into[row] = (most[row] ?? 0) + Math.log(into[row] ?? 0);
}

function raise(most: Float64Array, scores: Float64Array): void {
  for (let row = 0; row < most.length; row++) most[row] = Math.max(most[row] ?? 0, scores[row] ?? 0);
}

function nothing(): void {
  // The gradient of a row depends on its own score only.
}
