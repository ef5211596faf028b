import { describe, expect, test } from "bun:test";
import { evaluationOf, importance, intervals, mainMetric, score } from "../../../core/model/evaluate.ts";
import type { Predictions } from "../../../core/model/predictions.ts";

const truth = ["a", "a", "b", "b"];
const classes = ["a", "b"];
/** Three of four labels are right. */
const predictions: Predictions = {
  task: "classification",
  labels: ["a", "a", "b", "a"],
  probabilities: Float32Array.of(1, 0, 1, 0, 0, 1, 1, 0),
};

test("mainMetric() is the one that a model of the task is judged by", () => {
  expect(mainMetric("classification")).toBe("accuracy");
  expect(mainMetric("regression")).toBe("r2");
});

describe("evaluationOf() and score()", () => {
  test("count right labels, compared as text", () => {
    expect(score(evaluationOf(predictions, truth, classes))["accuracy"]).toBe(0.75);
    const numbers = { ...predictions, labels: ["1", "1", "0", "1"] };
    expect(score(evaluationOf(numbers, [1, 1, 0, 0], ["0", "1"]))["accuracy"]).toBe(0.75);
    expect(score(evaluationOf(numbers, [1n, 1n, 0n, 0n], ["0", "1"]))["accuracy"]).toBe(0.75);
  });

  test("measure the errors of numbers", () => {
    // Errors 1, 0, -1, 0: their squares have the mean 1/2.
    const values = Float32Array.of(2, 2, 2, 4);
    const metrics = score(evaluationOf({ task: "regression", values }, [1, 2, 3, 4], []));
    expect(metrics["rmse"]).toBeCloseTo(Math.SQRT1_2, 12);
    expect(metrics["mae"]).toBe(0.5);
  });
});

test("intervals() are the same for the same seed, and hold the metric", () => {
  const evaluation = evaluationOf(predictions, truth, classes);
  const first = intervals(evaluation, 3);
  expect(intervals(evaluation, 3)).toEqual(first);
  const accuracy = first["accuracy"];
  expect(accuracy?.low).toBeLessThanOrEqual(0.75);
  expect(accuracy?.high).toBeGreaterThanOrEqual(0.75);
});

test("importance() is what the main metric loses without a feature, and 0 for one that is not used", async () => {
  const x = Float32Array.from({ length: 40 }, (_, row) => row % 2);
  const columns = {
    nRows: 40,
    values: new Map([
      ["x", x],
      ["unused", Float32Array.from({ length: 40 }, (_, row) => row)],
    ]),
  };
  const { metric, features } = await importance({
    task: "regression",
    classes: [],
    columns,
    truth: [...x],
    // Predicts x itself, so the r2 is 1 until x is shuffled.
    predict: async ({ values }) => ({ task: "regression", values: values.get("x") as Float32Array }),
    seed: 1,
  });
  expect(metric).toBe("r2");
  const meanOf = (name: string) => features.find(({ feature }) => feature === name)?.mean;
  expect(meanOf("unused")).toBe(0);
  expect(meanOf("x")).toBeGreaterThan(1);
});

test("importance() is what the ranking loses where nearly all rows are of one class", async () => {
  // Every tenth of 100 rows is "b", which x tells; but the probability of it never reaches a half, so that accuracy is 0.9
  // whatever is shuffled.
  const x = Float32Array.from({ length: 100 }, (_, row) => (row % 10 === 0 ? 1 : 0));
  const { metric, features } = await importance({
    task: "classification",
    classes,
    columns: { nRows: 100, values: new Map([["x", x]]) },
    truth: Array.from(x, (value) => (value === 1 ? "b" : "a")),
    predict: async ({ values }) => {
      const shown = [...(values.get("x") ?? [])].map((value) => (Number(value) === 1 ? 0.4 : 0.1));
      return {
        task: "classification",
        labels: shown.map(() => "a"),
        probabilities: Float32Array.from(shown.flatMap((value) => [1 - value, value])),
      };
    },
    seed: 1,
  });
  expect(metric).toBe("roc_auc");
  expect(features[0]?.mean).toBeGreaterThan(0.3);
});

test("importance() knows the ranking of a class that a random choice of rows would hardly hold", async () => {
  // 5 of 20,000 rows are "b", and x tells them.
  const truth = Array.from({ length: 20_000 }, (_, row) => (row % 4_000 === 1 ? "b" : "a"));
  const x = Float32Array.from(truth, (label) => (label === "b" ? 1 : 0));
  const { metric, features } = await importance({
    task: "classification",
    classes,
    columns: { nRows: x.length, values: new Map([["x", x]]) },
    truth,
    predict: async ({ values }) => {
      const shown = Array.from(values.get("x") ?? [], Number);
      return {
        task: "classification",
        labels: shown.map((value) => (value === 1 ? "b" : "a")),
        probabilities: Float32Array.from(shown.flatMap((value) => [1 - value, value])),
      };
    },
    seed: 3,
  });
  // Shuffled, each of the five hardly meets its own value: the area falls from 1 to 1/2.
  expect([metric, features[0]?.feature]).toEqual(["roc_auc", "x"]);
  expect(features[0]?.mean).toBeCloseTo(0.5, 1);
});
