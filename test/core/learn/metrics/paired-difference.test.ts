import { expect, test } from "bun:test";
import type { Evaluation } from "../../../../core/learn/metrics/evaluation.ts";
import { pairedDifferences } from "../../../../core/learn/metrics/paired-difference.ts";
import { seededRandom } from "../../../../core/learn/random.ts";
import { score } from "../../../../core/model/evaluate.ts";

/** n rows of two classes, of which `isRight` says whether the model is right. */
function classified(n: number, isRight: (row: number) => boolean): Evaluation {
  const rows = Array.from({ length: n }, (_, row) => row);
  const labels = rows.map((row) => (isRight(row) ? row % 2 : 1 - (row % 2)));
  return {
    task: "classification",
    truth: rows.map((row) => `${row % 2}`),
    classes: ["0", "1"],
    predictions: {
      task: "classification",
      labels: labels.map(String),
      probabilities: Float32Array.from(
        labels.flatMap((label) => (label === 0 ? [0.75, 0.25] : [0.25, 0.75])),
      ),
    },
  };
}

const scored = (evaluation: Evaluation) => ({ evaluation, metrics: score(evaluation) });
const differences = (now: Evaluation, before: Evaluation, seed = 1) =>
  pairedDifferences(scored(now), scored(before), seededRandom(seed));

test("pairedDifferences() resamples both models alike, so that rows on which they agree do not count", () => {
  // Of 200 rows the new model is right on 165, the old on 150; they differ on 35: 25 to 10. The change in accuracy of a row is
  // +1, -1 or 0, with mean 0.075 and variance 35/200 - 0.075^2 = 0.169: 1.96 sqrt(0.169 / 200) = 0.057.
  // Two independent intervals would be 0.079 wide: sqrt(0.825 0.175 / 200 + 0.75 0.25 / 200) 1.96.
  const now = classified(200, (row) => row < 165);
  const before = classified(200, (row) => row < 140 || (row >= 165 && row < 175));
  const { accuracy } = differences(now, before);
  expect(accuracy?.change).toBeCloseTo(0.075, 12);
  expect(Math.abs((accuracy?.low ?? 0) - (0.075 - 0.057))).toBeLessThan(0.011);
  expect(Math.abs((accuracy?.high ?? 0) - (0.075 + 0.057))).toBeLessThan(0.011);
  // A normal variable of mean 0.075 and standard deviation 0.0291 is at most 0 (+ half a row) with a probability of 0.006.
  expect(accuracy?.probabilityNotBetter).toBeLessThan(0.02);
});

test("pairedDifferences() of an error are better below zero", () => {
  const numbers = (error: (row: number) => number): Evaluation => ({
    task: "regression",
    truth: Array.from({ length: 50 }, (_, row) => row),
    predictions: {
      task: "regression",
      values: Float32Array.from({ length: 50 }, (_, row) => row + error(row)),
    },
  });
  const { mae, max_error } = differences(
    numbers(() => 1),
    numbers((row) => (row % 2 === 0 ? 2 : -2)),
  );
  // Every error shrinks from 2 to 1, whatever is drawn.
  expect(mae).toEqual({ change: -1, low: -1, high: -1, probabilityNotBetter: 0 });
  expect(max_error).toBeUndefined();
});

test("pairedDifferences() of a model and itself are nothing, and the same for the same seed", () => {
  const one = classified(60, (row) => row % 4 !== 0);
  for (const difference of Object.values(differences(one, one))) {
    expect(difference).toEqual({ change: 0, low: 0, high: 0, probabilityNotBetter: 1 });
  }
  const other = classified(60, (row) => row % 5 !== 0);
  expect(differences(one, other, 3)).toEqual(differences(one, other, 3));
});

test("pairedDifferences() reject models that were scored on other rows", () => {
  expect(() =>
    differences(
      classified(10, () => true),
      classified(11, () => true),
    ),
  ).toThrow("The rows differ");
});
