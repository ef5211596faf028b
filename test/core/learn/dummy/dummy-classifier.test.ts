import { describe, expect, test } from "bun:test";
import { DummyClassifier } from "../../../../core/learn/dummy/dummy-classifier.ts";
import { Matrix } from "../../../../core/learn/matrix.ts";
import { checkClassifier } from "../../../contract/estimator.ts";

checkClassifier("DummyClassifier()", () => new DummyClassifier());
checkClassifier(
  'DummyClassifier({ strategy: "most_frequent" })',
  () => new DummyClassifier({ strategy: "most_frequent" }),
);
const X = new Matrix(["x"], Float64Array.of(1, 2, 3, 4));

describe("DummyClassifier", () => {
  test.each([
    ["prior", [0.5, 0.25, 0.25]],
    ["most_frequent", [1, 0, 0]],
  ] as const)("answers every row by %s", (strategy, probabilities) => {
    const model = new DummyClassifier({ strategy }).fit(X, ["c", "a", "a", "b"]);
    expect(model.classes).toEqual(["a", "b", "c"]);
    expect([...model.predictProba(X).slice(3, 6)]).toEqual([...probabilities]);
    expect(model.predict(X)).toEqual(["a", "a", "a", "a"]);
  });

  test("takes the first of equally frequent classes", () => {
    expect(new DummyClassifier().fit(X, ["b", "a", "b", "a"]).predict(X)[0]).toBe("a");
  });
});
