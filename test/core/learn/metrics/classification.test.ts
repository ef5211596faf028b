import { describe, expect, test } from "bun:test";
import { classificationScorer, scoreClassification } from "../../../../core/learn/metrics/classification.ts";
import { classScores, confusionMatrix } from "../../../../core/learn/metrics/confusion-matrix.ts";
import type { ClassificationEvaluation } from "../../../../core/learn/metrics/evaluation.ts";
import expected from "../../../support/expected/metrics.json" with { type: "json" };

function evaluation(
  truth: readonly string[],
  classes: readonly string[],
  labels: readonly string[],
  probabilities: readonly number[],
): ClassificationEvaluation {
  return {
    truth,
    classes,
    predictions: { task: "classification", labels, probabilities: Float32Array.from(probabilities) },
  };
}

const cases = Object.entries(expected.classification).map(
  ([name, data]) =>
    [name, evaluation(data.truth, data.classes, data.labels, data.probabilities), data] as const,
);

describe.each(cases)("with %s", (_name, given, data) => {
  test("scoreClassification() agrees with scikit-learn", () => {
    const metrics = scoreClassification(given);
    expect(Object.keys(metrics).sort()).toEqual(Object.keys(data.metrics).sort());
    for (const [metric, value] of Object.entries(data.metrics)) expect(metrics[metric]).toBeCloseTo(value, 6);
  });

  test("confusionMatrix() and classScores() agree with scikit-learn", () => {
    const matrix = confusionMatrix(given);
    expect(matrix.counts).toEqual(data.confusion);
    for (const [index, scores] of classScores(matrix).entries()) {
      const wanted = data.class_scores[index];
      expect([scores.label, scores.support]).toEqual([wanted?.label ?? "", wanted?.support ?? -1]);
      expect(scores.precision).toBeCloseTo(wanted?.precision ?? -1, 12);
      expect(scores.recall).toBeCloseTo(wanted?.recall ?? -1, 12);
      expect(scores.f1).toBeCloseTo(wanted?.f1 ?? -1, 12);
    }
  });

  test("classificationScorer() under weights scores like the rows repeated", () => {
    const weights = Int32Array.from(given.truth, (_, row) => (row * 7) % 4);
    const rows = [...weights].flatMap((weight, row) => Array.from({ length: weight }, () => row));
    const k = given.classes.length;
    const repeated = evaluation(
      rows.map((row) => given.truth[row] ?? ""),
      given.classes,
      rows.map((row) => given.predictions.labels[row] ?? ""),
      rows.flatMap((row) => [...given.predictions.probabilities.slice(row * k, row * k + k)]),
    );
    const wanted = scoreClassification(repeated);
    const metrics = classificationScorer(given)(weights);
    expect(Object.keys(metrics)).toEqual(Object.keys(wanted));
    for (const [metric, value] of Object.entries(wanted)) expect(metrics[metric]).toBeCloseTo(value, 12);
  });
});

test("scoreClassification() counts a true label that the model does not know as wrong, and leaves out what needs its probability", () => {
  // Right on 2 of 3. Recall: a 1, b 1, new 0. Precision: a 1/2, b 1, new 0. F1: a 2/3, b 1, new 0.
  const metrics = scoreClassification(
    evaluation(["a", "b", "new"], ["a", "b"], ["a", "b", "a"], [0.9, 0.1, 0.2, 0.8, 0.6, 0.4]),
  );
  expect(metrics).toEqual({
    accuracy: 2 / 3,
    balanced_accuracy: 2 / 3,
    precision_macro: 0.5,
    recall_macro: 2 / 3,
    f1_macro: (2 / 3 + 1) / 3,
  });
});

test("scoreClassification() has no roc_auc where one class is true of every row", () => {
  const metrics = scoreClassification(evaluation(["a", "a"], ["a", "b"], ["a", "a"], [0.9, 0.1, 0.8, 0.2]));
  expect(metrics["accuracy"]).toBe(1);
  expect(metrics).not.toHaveProperty("roc_auc");
});

test("scoreClassification() of labels alone has all that needs no probability", () => {
  const metrics = scoreClassification({
    truth: ["a", "a", "b", "b"],
    classes: ["a", "b"],
    predictions: { task: "classification", labels: ["a", "b", "b", "b"], probabilities: undefined },
  });
  // Of a: precision 1, recall 1/2, F1 2/3; of b: precision 2/3, recall 1, F1 4/5.
  expect(metrics).toEqual({
    accuracy: 3 / 4,
    balanced_accuracy: 3 / 4,
    precision_macro: (1 + 2 / 3) / 2,
    recall_macro: 3 / 4,
    f1_macro: (2 / 3 + 4 / 5) / 2,
  });
});

test("scoreClassification() of no rows is empty", () => {
  expect(scoreClassification(evaluation([], ["a", "b"], [], []))).toEqual({});
});

test("scoreClassification() rejects a predicted label that is no class, and lengths that differ", () => {
  expect(() => scoreClassification(evaluation(["a"], ["a", "b"], ["c"], [0.5, 0.5]))).toThrow(RangeError);
  expect(() => scoreClassification(evaluation(["a"], ["a", "b"], ["a"], [0.5]))).toThrow(RangeError);
});
