import { describe, expect, test } from "bun:test";
import { metricText, progressBar, silentSteps, table } from "../../../cli/output.ts";

describe("table()", () => {
  test("aligns words to the left and numbers to the right, and ends no line with spaces", () => {
    const text = table(
      ["metric", "train", "test", "95 % interval"],
      [
        ["accuracy", "1", "0.9667", "0.9 – 1"],
        ["log_loss", "0.0123", "5.12e-8", ""],
        ["roc_auc", "NaN", "-1", "0.98 – 0.999"],
      ],
    );
    expect(text.split("\n")).toEqual([
      "metric     train     test  95 % interval",
      "accuracy       1   0.9667        0.9 – 1",
      "log_loss  0.0123  5.12e-8",
      "roc_auc      NaN       -1   0.98 – 0.999",
    ]);
  });

  test("takes a column for words where one cell is a word", () => {
    expect(
      table(
        ["name", "n"],
        [
          ["1", "2"],
          ["one", "10"],
        ],
      ).split("\n"),
    ).toEqual(["name   n", "1      2", "one   10"]);
  });

  test("prints a header alone, and rows that are too short", () => {
    expect(table(["a", "b"], [])).toBe("a  b");
    expect(table(["a", "b"], [["x"]])).toBe("a  b\nx");
  });
});

test.each([
  [0.966666666, "0.9667"],
  [1, "1"],
  [123456, "123456"],
  [1234.567, "1235"],
  [0.00001234567, "0.00001235"],
  [1.2e-8, "1.2e-8"],
  [-0.5, "-0.5"],
  [Number.NaN, "NaN"],
])("metricText() of %p is %p", (value, text) => {
  expect(metricText(value)).toBe(text);
});

test("silentSteps runs the work, and lets its failure through", async () => {
  expect(await silentSteps.run("Fit", () => 3)).toBe(3);
  await expect(silentSteps.run("Fit", () => Promise.reject(new Error("too few")))).rejects.toThrow("too few");
});

test("progressBar() of no rows draws nothing", () => {
  const bar = progressBar(0);
  expect(() => {
    bar.advance(0);
    bar.done();
  }).not.toThrow();
});
