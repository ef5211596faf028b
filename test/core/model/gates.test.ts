import { describe, expect, test } from "bun:test";
import { checkBounds, checkNotWorse } from "../../../core/model/gates.ts";
import { failure } from "../../support/failure.ts";

describe("checkBounds()", () => {
  test.each([
    ["a metric at its bound", { accuracy: 0.9 }, [{ metric: "accuracy", bound: 0.9 }]],
    ["a metric over its bound", { accuracy: 0.95 }, [{ metric: "accuracy", bound: 0.9 }]],
    ["an error at its bound", { rmse: 2 }, [{ metric: "rmse", bound: 2 }]],
    ["an error under its bound", { rmse: 1 }, [{ metric: "rmse", bound: 2 }]],
    ["no bounds", { accuracy: 0 }, []],
  ])("accepts %s", (_what, metrics, bounds) => {
    expect(() => checkBounds(metrics, bounds)).not.toThrow();
  });

  test("names every bound that is missed, with four significant digits", async () => {
    const metrics = { accuracy: 0.876543, log_loss: 1.25, f1_macro: Number.NaN };
    const error = await failure(() =>
      checkBounds(metrics, [
        { metric: "accuracy", bound: 0.9 },
        { metric: "log_loss", bound: 0.5 },
        { metric: "f1_macro", bound: 0.1 },
        { metric: "roc_auc", bound: 0.8 },
      ]),
    );
    expect(error.message).toBe(
      "The new model is not good enough: accuracy 0.8765 is under 0.9; log_loss 1.25 is over 0.5; " +
        "f1_macro NaN is under 0.1; roc_auc is not defined on the held-out rows",
    );
    expect(error.exitCode).toBe(3);
  });
});

describe("checkNotWorse()", () => {
  test.each([
    ["a better model", { accuracy: 0.9 }, { accuracy: 0.8 }, "accuracy"],
    ["an equal model", { accuracy: 0.9 }, { accuracy: 0.9 }, "accuracy"],
    ["a smaller error", { rmse: 1 }, { rmse: 2 }, "rmse"],
    ["a metric that one of them lacks", {}, { accuracy: 0.9 }, "accuracy"],
    ["a worse other metric", { accuracy: 0.9, f1_macro: 0.1 }, { accuracy: 0.9, f1_macro: 0.8 }, "accuracy"],
  ])("accepts %s", (_what, candidate, inPlace, metric) => {
    expect(() => checkNotWorse(candidate, inPlace, metric)).not.toThrow();
  });

  test.each([
    ["a worse model", { accuracy: 0.8 }, { accuracy: 0.9 }, "accuracy", "accuracy 0.8 against 0.9"],
    ["a larger error", { rmse: 2 }, { rmse: 1 }, "rmse", "rmse 2 against 1"],
  ])("refuses %s", async (_what, candidate, inPlace, metric, told) => {
    const error = await failure(() => checkNotWorse(candidate, inPlace, metric));
    expect(error.message).toBe(
      `The new model is worse than the one in place: ${told} on the same held-out rows`,
    );
  });
});
