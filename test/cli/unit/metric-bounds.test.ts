import { describe, expect, test } from "bun:test";
import { parseBounds } from "../../../cli/metric-bounds.ts";
import type { Task } from "../../../core/features/feature-spec.ts";
import { failure } from "../../support/failure.ts";

describe("parseBounds()", () => {
  test.each<[string | undefined, Task, { metric: string; bound: number }[]]>([
    [undefined, "classification", []],
    ["accuracy=0.9", "classification", [{ metric: "accuracy", bound: 0.9 }]],
    [
      " accuracy = 0.9 , f1_macro=1e-1",
      "classification",
      [
        { metric: "accuracy", bound: 0.9 },
        { metric: "f1_macro", bound: 0.1 },
      ],
    ],
    ["rmse=2", "regression", [{ metric: "rmse", bound: 2 }]],
    ["r2=-1", "regression", [{ metric: "r2", bound: -1 }]],
  ])("reads %p of a %s", (text, task, bounds) => {
    expect(parseBounds(text, task)).toEqual(bounds);
  });

  test.each<[string, Task, string]>([
    [
      "acuracy=0.9",
      "classification",
      '--min-metric "acuracy" is no metric of classification; did you mean accuracy?',
    ],
    ["rmse=2", "classification", '--min-metric "rmse" is no metric of classification'],
    ["accuracy=0.9", "regression", '--min-metric "accuracy" is no metric of regression'],
    ["constructor=1", "regression", '--min-metric "constructor" is no metric of regression'],
    ["", "regression", '--min-metric "" is no metric of regression'],
    ["r2=0.5,", "regression", '--min-metric "" is no metric of regression'],
    ["accuracy", "classification", 'Cannot read --min-metric "accuracy" as name=number'],
    ["accuracy=", "classification", 'Cannot read --min-metric "accuracy=" as name=number'],
    ["accuracy=high", "classification", 'Cannot read --min-metric "accuracy=high" as name=number'],
    ["accuracy=0,9", "classification", '--min-metric "9" is no metric of classification'],
    ["accuracy=0.9=1", "classification", 'Cannot read --min-metric "accuracy=0.9=1" as name=number'],
    ["accuracy=Infinity", "classification", 'Cannot read --min-metric "accuracy=Infinity" as name=number'],
    ["accuracy>0.9", "classification", '--min-metric "accuracy>0.9" is no metric of classification'],
  ])("refuses %p of a %s", async (text, task, message) => {
    const error = await failure(() => parseBounds(text, task));
    expect(error.message).toStartWith(message);
    expect(error.exitCode).toBe(2);
  });
});
