import { describe, expect, test } from "bun:test";
import { regressionScorer, scoreRegression } from "../../../../core/learn/metrics/regression.ts";
import expected from "../../../support/expected/metrics.json" with { type: "json" };

const evaluation = (truth: readonly number[], predictions: readonly number[]) => ({
  truth,
  predictions: { task: "regression", values: Float32Array.from(predictions) } as const,
});

describe.each(Object.entries(expected.regression))("with %s", (_name, data) => {
  test("scoreRegression() agrees with scikit-learn", () => {
    const metrics = scoreRegression(evaluation(data.truth, data.predictions));
    expect(Object.keys(metrics)).toEqual(Object.keys(data.metrics));
    for (const [metric, value] of Object.entries(data.metrics))
      expect(metrics[metric]).toBeCloseTo(value, 12);
  });

  test("regressionScorer() under weights scores like the rows repeated", () => {
    const weights = Int32Array.from(data.truth, (_, row) => (row * 7) % 4);
    const repeat = (values: readonly number[]) =>
      values.flatMap((value, row) => Array.from({ length: weights[row] ?? 0 }, () => value));
    const wanted = scoreRegression(evaluation(repeat(data.truth), repeat(data.predictions)));
    const metrics = regressionScorer(evaluation(data.truth, data.predictions))(weights);
    for (const [metric, value] of Object.entries(wanted)) expect(metrics[metric]).toBeCloseTo(value, 12);
  });
});

test("scoreRegression() has no r2 where the truth does not vary", () => {
  // Errors 1 and 3: mean 2, root of (1 + 9) / 2, median 2.
  expect(scoreRegression(evaluation([0.1, 0.1], [1.1, 3.1]))).toEqual({
    rmse: expect.closeTo(Math.sqrt(5), 6),
    mae: expect.closeTo(2, 6),
    median_absolute_error: expect.closeTo(2, 6),
    max_error: expect.closeTo(3, 6),
  });
});

test("scoreRegression() of no rows is empty, and lengths that differ are rejected", () => {
  expect(scoreRegression(evaluation([], []))).toEqual({});
  expect(() => scoreRegression(evaluation([1], []))).toThrow(RangeError);
});
