import { expect, test } from "bun:test";
import type { ModelCard } from "../../../../core/model/model-card.ts";
import { driftCounter } from "../../../../core/prediction-log/drift/drift-counter.ts";
import { driftTable } from "../../../../core/prediction-log/drift/drift-table.ts";
import { fixedCard } from "../../../support/fixed-softmax-predictor.ts";

const card: ModelCard = {
  ...fixedCard,
  features: [
    { name: "size", type: "number", nullable: true },
    { name: "colour", type: "category", nullable: false, values: ["red", "green"] },
  ],
  classes: ["no", "yes"],
  target: "bought",
  baseline: {
    features: {
      size: { kind: "number", edges: [0, 10, 20], counts: [50, 50], missing: 0 },
      colour: { kind: "category", counts: { red: 60, green: 40 }, missing: 0 },
    },
    // In the order of frequency, which is not that of the classes.
    prediction: { kind: "category", counts: { yes: 75, no: 25 }, missing: 0 },
  },
};

const columns = (size: readonly number[], colour: readonly string[]) => ({
  nRows: size.length,
  values: new Map<string, Float32Array | readonly string[]>([
    ["size", Float32Array.from(size)],
    ["colour", colour],
  ]),
});
const times = <Value>(count: number, value: Value) => Array.from({ length: count }, () => value);

test("driftTable() says of each feature and of the predictions how far they have moved", () => {
  const counter = driftCounter(card);
  // 100 rows: sizes a quarter small, colours as they were, and always "yes".
  counter.add(
    columns([...times(25, 5), ...times(75, 15)], [...times(60, "red"), ...times(40, "green")]),
    Float32Array.from(times(100, [0.1, 0.9]).flat()),
  );
  const [size, colour, bought] = driftTable(card, counter.counts());
  expect(size).toEqual({
    kind: "feature",
    name: "size",
    psi: expect.closeTo(0.274653, 6),
    shift: "moved_a_lot",
    rows: 100,
    enoughRows: 100,
    bins: [
      { label: "below 10", expected: 50, actual: 25 },
      { label: "10 and above", expected: 50, actual: 75 },
      { label: "missing", expected: 0, actual: 0 },
    ],
  });
  expect(colour).toMatchObject({ name: "colour", psi: 0, shift: "stable" });
  // (1 − 0.75) ln(1 / 0.75) + (0.005 − 0.25) ln(0.005 / 0.25) = 0.25 · 0.287682 + 0.245 · 3.912023
  expect(bought).toMatchObject({ kind: "prediction", name: "bought", psi: expect.closeTo(1.030366, 6) });
  expect(bought?.bins).toEqual([
    { label: "yes", expected: 75, actual: 100 },
    { label: "no", expected: 25, actual: 0 },
    { label: "other", expected: 0, actual: 0 },
    { label: "missing", expected: 0, actual: 0 },
  ]);
});

test("driftTable() does not judge few rows", () => {
  const counter = driftCounter(card);
  counter.add(columns(times(99, 15), times(99, "red")), Float32Array.from(times(99, [0, 1]).flat()));
  for (const row of driftTable(card, counter.counts())) {
    expect(row).toMatchObject({ rows: 99, enoughRows: 100, shift: "too_few_rows" });
    expect(row.psi).toBeGreaterThan(0.25);
  }
});

test("driftTable() has no index where nothing was counted", () => {
  for (const row of driftTable(card, driftCounter(card).counts())) {
    expect(row).toMatchObject({ rows: 0, shift: "too_few_rows" });
    expect(row.psi).toBeUndefined();
  }
});

test("driftTable() asks for more rows where there are more bins", () => {
  const counts = Object.fromEntries(times(6, 100).map((count, index) => [`class ${index}`, count]));
  const many = {
    ...card,
    baseline: { ...card.baseline, prediction: { kind: "category", counts, missing: 0 } as const },
  };
  expect(driftTable(many, driftCounter(many).counts()).at(-1)?.enoughRows).toBe(240);
});

test("driftCounter() counts predictions of a log as it counts scores", () => {
  const scored = driftCounter(card);
  scored.add(columns([], []), Float32Array.from([0.2, 0.8, 0.7, 0.3, 0.1, 0.9]));
  const logged = driftCounter(card);
  logged.addPredictions(["yes", "no", "yes"]);
  expect(logged.counts()).toEqual(scored.counts());
});

test("driftCounter() counts every step-th row of features and scores alike", () => {
  const counter = driftCounter(card);
  // Rows 0 and 2 of three.
  counter.add(columns([5, 15, 5], ["red", "green", "red"]), Float32Array.from([1, 0, 0, 1, 1, 0]), 2);
  // size: two small; colour: two red; predictions in the order yes, no: two "no".
  expect([...counter.counts()]).toEqual([2, 0, 0, 2, 0, 0, 0, 0, 2, 0, 0]);
});

test("driftCounter() passes over a feature that the log does not have", () => {
  const counter = driftCounter(card);
  counter.addColumns({ nRows: 1, values: new Map([["size", Float32Array.from([5])]]) });
  expect(driftTable(card, counter.counts()).map(({ rows }) => rows)).toEqual([1, 0, 0]);
});

test("driftCounter() bins the numbers of a regression", () => {
  const regression: ModelCard = {
    ...card,
    task: "regression",
    classes: [],
    baseline: {
      ...card.baseline,
      prediction: { kind: "number", edges: [0, 1, 2], counts: [1, 1], missing: 0 },
    },
  };
  const counter = driftCounter(regression);
  counter.add(columns([5, 5, 5], ["red", "red", "red"]), Float32Array.from([-1, 1.5, 9]));
  expect(
    driftTable(regression, counter.counts())
      .at(-1)
      ?.bins.map(({ actual }) => actual),
  ).toEqual([1, 2, 0]);
});
