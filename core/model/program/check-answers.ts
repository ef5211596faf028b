import { MltError } from "../../errors.ts";
import type { Task } from "../../features/feature-spec.ts";

/** How far the probabilities of a row may be from 1 together: some programs compute in float32. */
const tolerance = 1e-4;

export interface ScoredRows {
  readonly task: Task;
  readonly nRows: number;
  /** Number of classes. */
  readonly k: number;
  /** How the rows are called in an error: `training rows`. */
  readonly rows: string;
}

/**
 * Whether another program's model says what a service can answer.
 *
 * @param scores  n_rows × k probabilities, or n_rows predictions
 * @throws {MltError} when they are not as many, not finite, or no probabilities
 */
export function checkScores(scores: Float32Array, { task, nRows, k, rows }: ScoredRows): void {
  const width = task === "regression" ? 1 : k;
  if (scores.length !== nRows * width) {
    const wanted = task === "regression" ? "one prediction each" : `the probabilities of ${k} classes`;
    throw new MltError(`The model gave ${scores.length} numbers for ${nRows} ${rows}, not ${wanted}`, {
      hint: "Export it with a number of rows that is not fixed, and outputs of rows × classes or rows × 1.",
    });
  }
  const place = scores.findIndex((score) => !Number.isFinite(score));
  if (place !== -1) {
    const what = task === "regression" ? "prediction" : "probability";
    throw new MltError(
      `The model gave the ${what} ${scores[place]} for row ${Math.floor(place / width) + 1} of the ${nRows} ${rows}`,
      {
        hint: "Look for a division by zero, a logarithm of 0, or a missing value that the model does not take.",
      },
    );
  }
  if (task === "classification") checkProbabilities(scores, { nRows, k, rows });
}

function checkProbabilities(scores: Float32Array, { nRows, k, rows }: Omit<ScoredRows, "task">): void {
  for (let row = 0; row < nRows; row++) {
    const mine = scores.subarray(row * k, (row + 1) * k);
    const sum = mine.reduce((total, score) => total + score, 0);
    if (Math.abs(sum - 1) <= tolerance && mine.every((score) => score >= -tolerance)) continue;
    throw new MltError(
      `The model's probabilities are none: those of row ${row + 1} of the ${nRows} ${rows} are [${Array.from(mine.subarray(0, 5), (score) => Number(score.toPrecision(4))).join(", ")}${k > 5 ? ", …" : ""}]`,
      { hint: "Let the graph end in probabilities that sum to 1 in each row, such as those of a softmax." },
    );
  }
}

/**
 * Compares the label that a model gives itself with the class that its probabilities make the first.
 *
 * @param own     n_rows labels of the model: class names, or numbers that count the classes from 0
 * @param scores  n_rows × k probabilities in the order of `classes`
 * @returns how many rows it gives another label, those apart in which classes are equally probable
 * @throws {MltError} when most differ: then the classes stand in another order
 */
export function checkLabels(
  own: readonly string[],
  scores: Float32Array,
  classes: readonly string[],
): { readonly differing: number } {
  const k = classes.length;
  const byName = disagreements(own, scores, k, new Map(classes.map((name, code) => [name, code])));
  const byNumber = disagreements(own, scores, k, new Map(classes.map((_, code) => [String(code), code])));
  const found = byNumber.length < byName.length ? byNumber : byName;
  const [first] = found;
  if (first === undefined || found.length * 2 <= own.length) return { differing: found.length };
  throw new MltError(
    `The model's label of row ${first + 1} is "${own[first]}", and its largest probability stands in the place of another class: mlt takes them in the order [${classes.join(", ")}]`,
    {
      hint: 'Name the classes in the order of the probabilities: as a JSON list in the metadata "classes" of the ONNX file.',
    },
  );
}

/** Rows whose label is not among the most probable classes. */
function disagreements(
  own: readonly string[],
  scores: Float32Array,
  k: number,
  codes: ReadonlyMap<string, number>,
): number[] {
  return Array.from(own.keys()).filter((row) => {
    const code = codes.get(own[row] ?? "");
    const mine = scores.subarray(row * k, (row + 1) * k);
    return code === undefined || (mine[code] ?? 0) < Math.max(...mine) - 1e-6;
  });
}
