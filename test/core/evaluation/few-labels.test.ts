import { expect, test } from "bun:test";
import { withFewLabels } from "../../../core/evaluation/few-labels.ts";

function evaluationOf(truth: readonly string[]) {
  return {
    truth,
    classes: ["a", "b"],
    predictions: { task: "classification" as const, labels: truth.map(() => "a"), probabilities: undefined },
  };
}

test("withFewLabels() leaves ten labels that are no class as they are", () => {
  const evaluation = evaluationOf(["a", "b", ...Array.from({ length: 10 }, (_, index) => `x${index}`)]);
  expect(withFewLabels(evaluation)).toEqual(evaluation);
});

test("withFewLabels() cuts the name of a label that is no class", () => {
  const long = "b".repeat(50);
  const evaluation = { ...evaluationOf([long, "\u001b[2J", `x${long}`]), classes: ["a", long] };
  expect(withFewLabels(evaluation).truth).toEqual([long, "\\u{1b}[2J", `x${"b".repeat(38)}…`]);
});

test("withFewLabels() keeps the nine most frequent of many, and one for all others", () => {
  // Of x0 one row, of x1 two, … of x11 twelve: x3 to x11 are the nine, and x0, x1, x2 the others, with six rows.
  const strange = Array.from({ length: 12 }, (_, index) =>
    Array.from({ length: index + 1 }, () => `x${index}`),
  );
  const { truth } = withFewLabels(evaluationOf(["a", ...strange.flat(), "b"]));
  expect(truth).toHaveLength(80);
  expect([truth.at(0), truth.at(-1)]).toEqual(["a", "b"]);
  expect(truth.filter((label) => label === "(3 other labels)")).toHaveLength(6);
  expect(new Set(truth).size).toBe(12);
});
