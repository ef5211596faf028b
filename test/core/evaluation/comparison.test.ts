import { expect, test } from "bun:test";
import { compareMetrics } from "../../../core/evaluation/comparison.ts";
import { checkLiveBounds } from "../../../core/evaluation/live-bounds.ts";

const training = (test: Readonly<Record<string, number>>) => ({
  task: "classification" as const,
  metrics: { train: {}, test },
});

test.each([
  ["accuracy", 0.8, 0.9, { low: 0.75, high: 0.85 }, "worse"],
  ["accuracy", 0.95, 0.9, { low: 0.92, high: 0.98 }, "better"],
  ["accuracy", 0.88, 0.9, { low: 0.8, high: 0.95 }, "within_interval"],
  ["log_loss", 0.5, 0.3, { low: 0.4, high: 0.6 }, "worse"],
  ["log_loss", 0.2, 0.3, { low: 0.1, high: 0.25 }, "better"],
  ["accuracy", 1, 0.9, undefined, undefined],
  ["accuracy", 1, 1, undefined, "within_interval"],
] as const)(
  "compareMetrics() says of %s %p, trained at %p, by its interval whether that is chance",
  (metric, now, before, interval, verdict) => {
    const [compared] = compareMetrics(
      training({ [metric]: before }),
      { [metric]: now },
      interval === undefined ? {} : { [metric]: interval },
    );
    expect(compared?.verdict).toBe(verdict);
  },
);

test("compareMetrics() has metrics that only one side has, in the order in which they are shown", () => {
  const compared = compareMetrics(
    training({ roc_auc: 1, accuracy: 0.9 }),
    { accuracy: 0.8, f1_macro: 0.7 },
    {},
  );
  expect(compared.map(({ metric, now, training: before }) => [metric, now, before])).toEqual([
    ["accuracy", 0.8, 0.9],
    ["f1_macro", 0.7, undefined],
    ["roc_auc", undefined, 1],
  ]);
});

const bounds = [
  { metric: "accuracy", bound: 0.9 },
  { metric: "log_loss", bound: 0.5 },
];

test("checkLiveBounds() names what is missed, and what these rows leave undefined", () => {
  expect(() =>
    checkLiveBounds({ metrics: { accuracy: 0.9, log_loss: 0.5 }, rows: 10 }, bounds),
  ).not.toThrow();
  expect(() => checkLiveBounds({ metrics: { accuracy: 0.85 }, rows: 10 }, bounds)).toThrow(
    "The model is not good enough any more: accuracy 0.85 is under 0.9; log_loss is not defined on these rows",
  );
});

test("checkLiveBounds() does not call a model bad for what these rows leave undefined", () => {
  expect(() => checkLiveBounds({ metrics: { accuracy: 0.95 }, rows: 10 }, bounds)).toThrow(
    "Nobody knows whether the model reaches log_loss 0.5: log_loss is not defined on these rows",
  );
});

test("checkLiveBounds() fails where no truth is known, unless there is no bound", () => {
  expect(() => checkLiveBounds({ metrics: {}, rows: 0 }, [])).not.toThrow();
  expect(() => checkLiveBounds({ metrics: {}, rows: 0 }, bounds)).toThrow(
    "Nobody knows whether the model reaches accuracy 0.9, log_loss 0.5: no prediction has a truth",
  );
});
