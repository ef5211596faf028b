import { expect, test } from "bun:test";
import { higherIsBetter, metricNames } from "../../../../core/learn/metrics/metric-names.ts";

test.each([
  ["accuracy", true],
  ["roc_auc", true],
  ["average_precision", true],
  ["log_loss", false],
  ["r2", true],
  ["rmse", false],
  ["max_error", false],
])("higherIsBetter(%s) is %p", (metric, higher) => {
  expect(higherIsBetter(metric)).toBe(higher);
});

test("higherIsBetter() rejects a name that is no metric", () => {
  expect(() => higherIsBetter("toString")).toThrow(RangeError);
});

test("metricNames() differ by task", () => {
  expect(metricNames("classification")).toContain("f1_macro");
  expect(metricNames("regression")).toContain("rmse");
  expect(metricNames("regression")).not.toContain("f1_macro");
});
