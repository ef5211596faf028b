/** What boosting makes small; the log loss of two classes, coded 0 and 1, has one output, of k classes k. */
export interface LossSpec {
  readonly name: "log_loss" | "squared_error" | "poisson" | "gamma" | "absolute_error" | "quantile";
  /** The share of targets that shall lie below the prediction; half for the absolute error, unused by others. */
  readonly share: number;
}

/** Arrays of n_rows; of scores one for each output, on the scale of the link: log odds, the log of
 * a mean, or the target itself. */
export interface LossRows {
  readonly targets: Float64Array;
  readonly scores: readonly Float64Array[];
  /** Empty where there is one output. */
  readonly logSums: Float64Array;
}

export interface Loss {
  /** What no gradient, by size, and no hessian exceeds before weights; none where only the rows can tell. */
  readonly most?: { readonly gradient: number; readonly hessian: number };
  /** Looks at the scores of rows before the trees of an iteration are grown. */
  begin(start: number, end: number): void;
  /** Gradients and hessians of rows from `start` on, as many as `gradients` holds, for an output. */
  derive(output: number, start: number, gradients: Float64Array, hessians: Float64Array): void;
}

export function lossOf({ name, share }: LossSpec, rows: LossRows): Loss {
  if (name === "log_loss") return rows.scores.length === 1 ? binaryLogLoss(rows) : multinomialLogLoss(rows);
  const derivatives = {
    poisson: (score: number, target: number) => [Math.exp(score) - target, Math.exp(score)] as const,
    gamma: (score: number, target: number) => {
      const ratio = target * Math.exp(-score);
      return [1 - ratio, ratio] as const;
    },
    absolute_error: (score: number, target: number) => [target < score ? 0.5 : -0.5, 1] as const,
    quantile: (score: number, target: number) => [target < score ? 1 - share : -share, 1] as const,
  };
  return name === "squared_error" ? squaredError(rows) : ofEachRow(rows, derivatives[name]);
}

/** A loss by the gradient and hessian of a row. */
function ofEachRow(
  { targets, scores: [scores = targets] }: LossRows,
  derivatives: (score: number, target: number) => readonly [number, number],
): Loss {
  return {
    begin: nothing,
    derive(_, start, gradients, hessians) {
      for (let index = 0; index < gradients.length; index++) {
        const [gradient, hessian] = derivatives(scores[start + index] ?? 0, targets[start + index] ?? 0);
        gradients[index] = gradient;
        hessians[index] = hessian;
      }
    },
  };
}

function squaredError({ targets, scores: [scores = targets] }: LossRows): Loss {
  return {
    begin: nothing,
    derive(_, start, gradients, hessians) {
      hessians.fill(1);
      for (let index = 0; index < gradients.length; index++) {
        gradients[index] = (scores[start + index] ?? 0) - (targets[start + index] ?? 0);
      }
    },
  };
}

/** The score is the log odds of the second class. */
function binaryLogLoss({ targets, scores: [scores = targets] }: LossRows): Loss {
  return {
    most: { gradient: 1, hessian: 0.25 },
    begin: nothing,
    derive(_, start, gradients, hessians) {
      for (let index = 0; index < gradients.length; index++) {
        const p = 1 / (1 + Math.exp(-(scores[start + index] ?? 0)));
        gradients[index] = p - (targets[start + index] ?? 0);
        hessians[index] = p * (1 - p);
      }
    },
  };
}

/** A score is, up to a constant, the log of a class's probability. */
function multinomialLogLoss({ targets, scores, logSums }: LossRows): Loss {
  return {
    most: { gradient: 1, hessian: 0.25 },
    begin(start, end) {
      logSumsOfExp(
        scores.map((ofClass) => ofClass.subarray(start, end)),
        logSums.subarray(start, end),
      );
    },
    derive(output, start, gradients, hessians) {
      const ofClass = scores[output] ?? logSums;
      for (let index = 0; index < gradients.length; index++) {
        const row = start + index;
        const p = Math.exp((ofClass[row] ?? 0) - (logSums[row] ?? 0));
        gradients[index] = targets[row] === output ? p - 1 : p;
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
