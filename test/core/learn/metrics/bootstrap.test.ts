import { expect, test } from "bun:test";
import { bootstrapIntervals } from "../../../../core/learn/metrics/bootstrap.ts";
import type { Evaluation } from "../../../../core/learn/metrics/evaluation.ts";
import { seededRandom } from "../../../../core/learn/random.ts";

/** Two classes, n rows, `right` of them predicted rightly, and with less certainty where wrong. */
function classified(n: number, right: number): Evaluation {
  const rows = Array.from({ length: n }, (_, row) => ({ truth: row % 2, right: row < right }));
  const labels = rows.map((row) => (row.right ? row.truth : 1 - row.truth));
  return {
    task: "classification",
    truth: rows.map((row) => `${row.truth}`),
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

test("bootstrapIntervals() of accuracy are the quantiles of the binomial distribution", () => {
  // Accuracy of a resample is Binomial(100, 0.8) / 100; scipy 1.17.1: binom.ppf([.025, .975], 100, .8) = [72, 88].
  const interval = bootstrapIntervals(classified(100, 80), seededRandom(1))["accuracy"];
  expect(Math.abs((interval?.low ?? 0) - 0.72)).toBeLessThanOrEqual(0.011);
  expect(Math.abs((interval?.high ?? 0) - 0.88)).toBeLessThanOrEqual(0.011);
});

test("bootstrapIntervals() are the same for the same seed", () => {
  const draw = (seed: number) => bootstrapIntervals(classified(30, 25), seededRandom(seed));
  expect(draw(5)).toEqual(draw(5));
  expect(draw(5)).not.toEqual(draw(6));
});

test("bootstrapIntervals() claim nothing of a model that was always right", () => {
  expect(bootstrapIntervals(classified(30, 30), seededRandom(1))).toEqual({});
});

test("bootstrapIntervals() leave out a metric that most resamples leave undefined", () => {
  // roc_auc needs a row of each class: of 27 resamples of these three rows, 3! = 6 have one.
  const intervals = bootstrapIntervals(
    {
      task: "classification",
      truth: ["a", "b", "c"],
      classes: ["a", "b", "c"],
      predictions: {
        task: "classification",
        labels: ["a", "b", "a"],
        probabilities: Float32Array.of(0.8, 0.1, 0.1, 0.2, 0.5, 0.3, 0.4, 0.3, 0.3),
      },
    },
    seededRandom(1),
  );
  expect(intervals).toHaveProperty("accuracy");
  expect(intervals).not.toHaveProperty("roc_auc");
});

test("bootstrapIntervals() of a regressor leave out the largest error", () => {
  const truth = Array.from({ length: 40 }, (_, row) => row);
  const values = Float32Array.from(truth, (value) => value + ((value * 7) % 5) - 2);
  const evaluation: Evaluation = {
    task: "regression",
    truth,
    predictions: { task: "regression", values },
  };
  const intervals = bootstrapIntervals(evaluation, seededRandom(1));
  expect(Object.keys(intervals).sort()).toEqual(["mae", "median_absolute_error", "r2", "rmse"]);
  // Errors are 0, 1, 1, 2, 2 in turn: mean 1.2, standard deviation 0.748, so 1.2 +- 1.96 x 0.748 / sqrt(40).
  expect(intervals["mae"]?.low).toBeCloseTo(0.97, 1);
  expect(intervals["mae"]?.high).toBeCloseTo(1.43, 1);
});

test("bootstrapIntervals() of no rows are none", () => {
  expect(bootstrapIntervals(classified(0, 0), seededRandom(1))).toEqual({});
});
