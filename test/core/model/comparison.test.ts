import { describe, expect, test } from "bun:test";
import {
  type Comparison,
  checkNotWorse,
  comparisonSentence,
  verdictOf,
  worseByOthers,
} from "../../../core/model/comparison.ts";
import { failure } from "../../support/failure.ts";

interface Change {
  readonly metric?: string;
  readonly now: number;
  readonly before: number;
  readonly interval?: readonly [number, number];
}

function compared({ metric = "accuracy", now, before, interval }: Change): Comparison {
  const [low, high] = interval ?? [0, 0];
  const change = now - before;
  const parts = {
    metric,
    candidate: { [metric]: now },
    inPlace: { [metric]: before },
    differences: interval ? { [metric]: { change, low, high, probabilityNotBetter: 0.23 } } : {},
  };
  return { ...parts, verdict: verdictOf(parts, metric) };
}

describe("verdictOf()", () => {
  test.each<[string, Change, Comparison["verdict"]]>([
    ["a gain beyond chance", { now: 0.9, before: 0.8, interval: [0.05, 0.15] }, "better"],
    ["a loss beyond chance", { now: 0.8, before: 0.9, interval: [-0.15, -0.05] }, "worse"],
    ["a gain that may be chance", { now: 0.9, before: 0.88, interval: [-0.01, 0.05] }, "unclear"],
    ["a loss that may be chance", { now: 0.88, before: 0.9, interval: [-0.05, 0.01] }, "unclear"],
    ["an interval that ends at no change", { now: 0.88, before: 0.9, interval: [-0.04, 0] }, "unclear"],
    ["no change", { now: 0.9, before: 0.9, interval: [0, 0] }, "same"],
    [
      "less than graphs of one model differ by",
      { now: 0.9, before: 0.9 + 1e-8, interval: [-2e-8, -1e-9] },
      "same",
    ],
    ["a smaller error", { metric: "rmse", now: 1, before: 2, interval: [-1.5, -0.5] }, "better"],
    ["a larger error", { metric: "rmse", now: 2, before: 1, interval: [0.5, 1.5] }, "worse"],
    [
      "a larger error in a unit that makes both small",
      { metric: "rmse", now: 5.6e-10, before: 1.3e-10, interval: [4e-10, 5e-10] },
      "worse",
    ],
    [
      "rounding in a unit that makes errors large",
      { metric: "rmse", now: 3e9, before: 3e9 + 100, interval: [-150, -50] },
      "same",
    ],
    ["a larger largest error, which has no interval", { metric: "max_error", now: 2, before: 1 }, "worse"],
    ["a smaller largest error", { metric: "max_error", now: 1, before: 2 }, "better"],
  ])("of %s", (_what, change, verdict) => {
    expect(compared(change).verdict).toBe(verdict);
  });

  test("of a metric that one of the models lacks is unclear", () => {
    expect(verdictOf({ candidate: {}, inPlace: { roc_auc: 1 }, differences: {} }, "roc_auc")).toBe("unclear");
  });
});

test.each<[Change, string]>([
  [
    { now: 0.9, before: 0.8, interval: [0.05, 0.15] },
    "The new model is better than the one in place: accuracy 0.9 against 0.8 on the same held-out rows (change +0.1, 95 % interval +0.05 to +0.15).",
  ],
  [
    { now: 0.88, before: 0.9, interval: [-0.05, 0.01] },
    "The new model differs from the one in place by no more than chance may: accuracy 0.88 against 0.9 on the same held-out rows (change -0.02, 95 % interval -0.05 to +0.01); with a probability of 23 % it is no better.",
  ],
  [
    { now: 0.9, before: 0.9, interval: [0, 0] },
    "The new model does as well as the one in place: accuracy 0.9 against 0.9 on the same held-out rows.",
  ],
])("comparisonSentence() says what the numbers mean", (change, sentence) => {
  expect(comparisonSentence(compared(change))).toBe(sentence);
});

test("worseByOthers() names the metrics that did not decide, and say that it is worse", () => {
  const difference = (low: number, high: number) => ({ change: 0, low, high, probabilityNotBetter: 1 });
  const scores = { accuracy: 0.9, f1_macro: 0.5, roc_auc: 0.8, log_loss: 0.3 };
  const comparison = {
    metric: "accuracy",
    verdict: "unclear",
    candidate: scores,
    inPlace: scores,
    differences: {
      accuracy: difference(-0.2, -0.1),
      f1_macro: difference(-0.2, -0.1),
      roc_auc: difference(-0.1, 0.1),
      log_loss: difference(0.1, 0.2),
    },
  } as const;
  expect(worseByOthers(comparison)).toEqual([
    "By f1_macro, log_loss the new model is worse than the one in place, by more than chance; accuracy decided.",
  ]);
  expect(worseByOthers({ ...comparison, differences: {} })).toEqual([]);
});

test("checkNotWorse() refuses a loss beyond chance alone", async () => {
  const lost = compared({ now: 0.8, before: 0.9, interval: [-0.15, -0.05] });
  const error = await failure(() => checkNotWorse(lost));
  expect(error.message).toBe(
    "The new model is worse than the one in place: accuracy 0.8 against 0.9 on the same held-out rows (change -0.1, 95 % interval -0.15 to -0.05)",
  );
  expect(error.exitCode).toBe(3);
  for (const interval of [
    [-0.05, 0.01],
    [0.01, 0.05],
    [0, 0],
  ] as const) {
    expect(() => checkNotWorse(compared({ now: 0.88, before: 0.9, interval }))).not.toThrow();
  }
});
