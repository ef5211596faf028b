import { describe, expect, test } from "bun:test";
import { checkBounds } from "../../../core/model/gates.ts";
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
