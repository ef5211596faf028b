import { expect, test } from "bun:test";
import { answeredPredictions } from "../../../core/model/answered-predictions.ts";

const classifier = { task: "classification", classes: ["a", "b"] } as const;
const probability = (...probabilities: number[]) => ({ class_names: ["a", "b"], probabilities });

test("answeredPredictions() puts the answers of a classifier together", () => {
  expect(
    answeredPredictions(
      classifier,
      [{ class_name: "b" }, { class_name: "a" }],
      [probability(0.25, 0.75), probability(1, 0)],
    ),
  ).toEqual({
    task: "classification",
    labels: ["b", "a"],
    probabilities: Float32Array.from([0.25, 0.75, 1, 0]),
  });
});

test("answeredPredictions() reads the numbers of a regression", () => {
  const regression = { task: "regression", classes: [] } as const;
  expect(answeredPredictions(regression, [{ prediction: 1.5 }], undefined)).toEqual({
    task: "regression",
    values: Float32Array.from([1.5]),
  });
  expect(answeredPredictions(regression, [{ class_name: "a" }], undefined)).toBeUndefined();
});

test.each([
  ["fewer rows", [], [probability(1, 0)]],
  ["no rows", { prediction: 1 }, []],
  ["other classes", [{ class_name: "a" }], [{ class_names: ["b", "a"], probabilities: [0, 1] }]],
  ["fewer probabilities", [{ class_name: "a" }], [{ class_names: ["a", "b"], probabilities: [1] }]],
])("answeredPredictions() takes %s for no answer of the model", (_, answers, probabilities) => {
  expect(answeredPredictions(classifier, answers, probabilities)).toBeUndefined();
});
