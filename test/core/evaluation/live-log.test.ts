import { expect, test } from "bun:test";
import { resultsByDay } from "../../../core/evaluation/by-day.ts";
import { evaluateLog } from "../../../core/evaluation/evaluate-live.ts";
import { type LiveLogOptions, LiveLogReader } from "../../../core/evaluation/live-log.ts";
import type { ModelCard } from "../../../core/model/model-card.ts";
import type { LogRecord } from "../../../core/prediction-log/log-record.ts";
import { fixedCard } from "../../support/fixed-softmax-predictor.ts";

const never = Number.POSITIVE_INFINITY;
const noon = Date.parse("2026-11-24T12:00:00Z");

interface Said {
  readonly id?: string | number;
  readonly prediction: string | number;
  /** Of setosa, versicolor and virginica. */
  readonly probabilities?: readonly number[];
  readonly requestId?: string;
  readonly row?: number;
  readonly timeMs?: number;
  readonly model?: string;
  readonly features?: Record<string, number | string | null>;
}

let requests = 0;

function predicted(said: Said): LogRecord {
  const {
    id,
    prediction,
    probabilities = [],
    requestId = `request-${++requests}`,
    row = 0,
    timeMs = noon,
  } = said;
  const ranked = probabilities
    .map((probability, index) => [fixedCard.classes[index] ?? "", probability] as const)
    .toSorted(([, a], [, b]) => b - a)
    .flatMap(([name, probability], place) => [
      [`class_${place + 1}`, name] as const,
      [`proba_${place + 1}`, probability] as const,
    ]);
  return {
    event: "predict",
    timeMs,
    key: `${requestId}:${row}`,
    fields: {
      request_id: requestId,
      row,
      ...(id === undefined ? {} : { ID: id }),
      model_id: said.model ?? fixedCard.id,
      model_name: "iris",
      model_version: "1.2.0",
      ...(said.features === undefined ? {} : { features: said.features }),
      prediction,
      ...Object.fromEntries(ranked),
    },
  };
}

function told(fields: Record<string, string | number>, timeMs = noon + 1, model = "iris"): LogRecord {
  const all = { request_id: "feedback", row: 0, event: "feedback", model_name: model, ...fields };
  return { event: "feedback", timeMs, key: "feedback:0", fields: all };
}

function logOf(records: readonly LogRecord[], options: Partial<LiveLogOptions> = {}) {
  const reader = new LiveLogReader({ card: fixedCard, hashed: new Set(), untilMs: never, ...options });
  for (const record of records) reader.addRecord(record);
  return reader;
}

const regressor: ModelCard = {
  ...fixedCard,
  task: "regression",
  target: "y",
  classes: [],
  metrics: { train: {}, test: { mae: 1 } },
  baseline: { features: {}, prediction: { kind: "number", edges: [0, 5, 10], counts: [5, 5], missing: 0 } },
};

test("evaluateLog() scores by the truths of the log, of an id that is a number and one that is its text alike", () => {
  const reader = logOf([
    predicted({ id: 7, prediction: "setosa" }),
    predicted({ id: "8", prediction: "setosa" }),
    predicted({ id: "nine", prediction: "virginica" }),
    predicted({ prediction: "virginica", requestId: "r-1", row: 2 }),
    predicted({ id: 10, prediction: "versicolor" }),
    told({ ID: "7", truth: "setosa" }),
    told({ ID: 8, truth: "versicolor" }),
    told({ ID: "nine", truth: "virginica" }),
    told({ predicted_request_id: "r-1", predicted_row: 2, truth: "virginica" }),
    told({ ID: "eleven", truth: "setosa" }),
  ]);
  const { metrics, log, warnings } = evaluateLog(fixedCard, reader.finish(), "UTC");
  // 3 of 4 right. Recall: setosa 1, versicolor 0, virginica 1; precision: 1/2, 0, 1; F1: 2/3, 0, 1.
  expect(metrics).toEqual({
    accuracy: 3 / 4,
    balanced_accuracy: 2 / 3,
    precision_macro: 1 / 2,
    recall_macro: 2 / 3,
    f1_macro: (2 / 3 + 1) / 3,
  });
  expect(log?.counts).toEqual({
    predictions: 5,
    repeated: 0,
    with_truth: 4,
    truths: 5,
    truths_replaced: 0,
    truths_without_prediction: 1,
    truths_of_other_models: 0,
    other_models: [],
    fromMs: noon,
    toMs: noon,
  });
  expect(warnings).toEqual([
    "Only 4 rows with a known truth: the intervals are wide.",
    "Not every record has all 3 classes (logging.log_n_best): there is no roc_auc, average_precision or log_loss.",
  ]);
});

test("evaluateLog() has log_loss where every record has all classes, in whatever order", () => {
  const reader = logOf([
    predicted({ id: 1, prediction: "virginica", probabilities: [0.25, 0.25, 0.5] }),
    predicted({ id: 2, prediction: "setosa", probabilities: [0.5, 0.25, 0.25] }),
    told({ ID: 1, truth: "virginica" }),
    told({ ID: 2, truth: "versicolor" }),
  ]);
  const { metrics } = evaluateLog(fixedCard, reader.finish(), "UTC");
  expect(metrics["log_loss"]).toBeCloseTo((Math.log(2) + Math.log(4)) / 2, 6);
});

test("a file's truths win over those of the log", () => {
  const reader = logOf([predicted({ id: 1, prediction: "setosa" }), told({ ID: 1, truth: "virginica" })]);
  reader.addTruth({ id: "1", truth: "setosa", timeMs: never });
  expect(evaluateLog(fixedCard, reader.finish(), "UTC").metrics["accuracy"]).toBe(1);
});

test("only the model's own predictions count; those of others are named, with the truths that are theirs", () => {
  const reader = logOf([
    predicted({ id: 1, prediction: "setosa" }),
    predicted({ id: 2, prediction: "setosa", model: "older" }),
    predicted({ id: 3, prediction: "rose", model: "older" }),
    told({ ID: 1, truth: "setosa" }),
    told({ ID: 2, truth: "setosa" }),
    told({ ID: 4, truth: "setosa" }),
    // Of another model whose log lies in the same place.
    told({ ID: 1, truth: "virginica" }, noon + 2, "flowers"),
  ]);
  const { log, metrics } = evaluateLog(fixedCard, reader.finish(), "UTC");
  expect(metrics["accuracy"]).toBe(1);
  expect(log?.counts).toMatchObject({
    predictions: 1,
    truths: 3,
    truths_without_prediction: 2,
    truths_of_other_models: 1,
    other_models: [{ id: "older", name: "iris", version: "1.2.0", predictions: 2 }],
  });
});

test("a row that was asked for twice counts once, with the last answer", () => {
  const reader = logOf([
    predicted({ id: 1, prediction: "virginica", timeMs: noon - 10 }),
    predicted({ id: 1, prediction: "setosa", timeMs: noon - 5 }),
    told({ ID: 1, truth: "setosa" }),
  ]);
  const { log, metrics } = evaluateLog(fixedCard, reader.finish(), "UTC");
  expect([metrics["accuracy"], log?.counts.repeated, log?.counts.with_truth]).toEqual([1, 1, 1]);
});

test("predictions from `untilMs` on are passed over, truths that were told later are not", () => {
  const reader = logOf(
    [
      predicted({ id: 1, prediction: "setosa", timeMs: noon }),
      predicted({ id: 2, prediction: "setosa", timeMs: noon + 100 }),
      told({ ID: 1, truth: "setosa" }, noon + 500),
    ],
    { untilMs: noon + 100 },
  );
  const { log } = evaluateLog(fixedCard, reader.finish(), "UTC");
  expect([log?.counts.predictions, log?.counts.with_truth]).toEqual([1, 1]);
});

test("records that mlt would not have written are counted, and truths that are no class are told", () => {
  const reader = logOf([
    predicted({ id: 1, prediction: "rose" }),
    predicted({ id: 2, prediction: 5 }),
    predicted({ id: 3, prediction: "setosa", row: -1 }),
    predicted({ id: 4, prediction: "setosa" }),
    told({ ID: 4, truth: 5 }),
    told({ truth: "setosa" }),
    told({ ID: 4, truth: "Setosa" }),
  ]);
  const { metrics, warnings } = evaluateLog(fixedCard, reader.finish(), "UTC");
  expect(metrics["accuracy"]).toBe(0);
  expect(warnings).toContain(
    "The truth of 1 row is none of the model’s classes (“Setosa”): they count as mistakes.",
  );
  expect(warnings).toContain("5 records are not as mlt writes them, and were passed over.");
});

test("a truth that a client made up fills no screen, and moves no cursor", () => {
  const truth = `\u001b[2J${"y".repeat(3_000)}`;
  const { warnings } = evaluateLog(
    fixedCard,
    logOf([
      predicted({ id: 1, prediction: "setosa" }),
      told({ ID: 1, truth }),
      told({ ID: 1, truth: 5 }),
    ]).finish(),
    "UTC",
  );
  // 40 characters: the escape, "[2J", 35 of the rest, and the ellipsis.
  expect(warnings).toContain(
    `The truth of 1 row is none of the model’s classes (“\\u{1b}[2J${"y".repeat(35)}…”): they count as mistakes.`,
  );
  expect(warnings).toContain("1 record is not as mlt writes it, and was passed over.");
});

test("evaluateLog() of a log without truths has no metrics", () => {
  const { metrics, intervals, warnings } = evaluateLog(
    fixedCard,
    logOf([predicted({ id: 1, prediction: "setosa" })]).finish(),
    "UTC",
  );
  expect([metrics, intervals, warnings]).toEqual([{}, {}, []]);
});

test("evaluateLog() tells that the truth of few of the rows is known", () => {
  const records = Array.from({ length: 40 }, (_, id) =>
    predicted({ id, prediction: "setosa", probabilities: [0.8, 0.1, 0.1] }),
  );
  const { warnings } = evaluateLog(
    fixedCard,
    logOf([...records, told({ ID: 3, truth: "setosa" })]).finish(),
    "UTC",
  );
  expect(warnings).toEqual([
    "Only 1 row with a known truth: the intervals are wide.",
    "The truth is known of 2.5% of the rows: if it is known of some kinds of rows more than of others, the metrics are theirs.",
  ]);
});

test("evaluateLog() of a regression scores numbers", () => {
  const reader = logOf(
    [
      predicted({ id: 1, prediction: 2 }),
      predicted({ id: 2, prediction: 4.5 }),
      told({ ID: 1, truth: 1 }),
      told({ ID: 2, truth: 6 }),
    ],
    { card: regressor },
  );
  const { metrics } = evaluateLog(regressor, reader.finish(), "UTC");
  // Errors 1 and 1.5: mean 1.25, squares 1 and 2.25; the truth varies by 2.5² + 2.5² = 12.5.
  expect(metrics).toEqual({
    r2: 1 - 3.25 / 12.5,
    rmse: Math.sqrt(1.625),
    mae: 1.25,
    median_absolute_error: 1.25,
    max_error: 1.5,
  });
});

test("resultsByDay() cuts days in the time zone of the log, with an interval of each", () => {
  const late = Date.parse("2026-11-24T23:30:00Z");
  const reader = logOf([
    predicted({ id: 1, prediction: "setosa", timeMs: noon }),
    predicted({ id: 2, prediction: "setosa", timeMs: late }),
    predicted({ id: 3, prediction: "setosa", timeMs: late }),
    predicted({ id: 4, prediction: "setosa", timeMs: late }),
    told({ ID: 1, truth: "setosa" }),
    told({ ID: 2, truth: "setosa" }, late + 1),
    told({ ID: 3, truth: "virginica" }, late + 1),
  ]);
  const days = resultsByDay(reader.finish(), fixedCard, "Europe/Berlin");
  expect(
    days.map(({ day, predictions, withTruth, metrics }) => [
      day,
      predictions,
      withTruth,
      metrics["accuracy"],
    ]),
  ).toEqual([
    ["2026-11-24", 1, 1, 1],
    ["2026-11-25", 3, 2, 0.5],
  ]);
  // Wilson's: of 1 in 1 from 1 / (1 + z²) on; of 1 in 2 around the middle.
  expect(days[0]?.interval?.low).toBeCloseTo(0.20655, 4);
  expect(days[0]?.interval?.high).toBeCloseTo(1, 12);
  expect(days[1]?.interval?.low).toBeCloseTo(0.09453, 4);
  expect(days[1]?.interval?.high).toBeCloseTo(0.90547, 4);
});

test("drift is counted of what the log has of a feature, and not of hashes", () => {
  const spread = { kind: "number", edges: [0, 1, 2, 3], counts: [100, 100, 100], missing: 0 } as const;
  const card: ModelCard = {
    ...fixedCard,
    baseline: {
      ...fixedCard.baseline,
      features: { petal_length: spread, petal_width: spread, sepal_width: spread },
    },
  };
  const records = Array.from({ length: 3000 }, (_, row) =>
    predicted({
      prediction: ["setosa", "versicolor", "virginica"][row % 3] ?? "",
      features: { petal_length: (row % 3) + 0.5, petal_width: row % 2 === 0 ? null : 2.5 },
    }),
  );
  const { drift } = logOf(records, { card, hashed: new Set(["petal_length"]) }).finish();
  expect(drift.map(({ name, rows, shift }) => [name, rows, shift])).toEqual([
    ["petal_width", 3000, "moved_a_lot"],
    ["species", 3000, "stable"],
  ]);
  expect(drift[0]?.bins.map(({ actual }) => actual)).toEqual([0, 0, 1500, 1500]);
});

test("a number that was hashed when it was logged is not taken for a missing one", () => {
  const spread = { kind: "number", edges: [0, 1, 2, 3], counts: [100, 100, 100], missing: 0 } as const;
  const card = { ...fixedCard, baseline: { ...fixedCard.baseline, features: { petal_length: spread } } };
  const records = Array.from({ length: 300 }, (_, row) =>
    predicted({ prediction: "setosa", features: { petal_length: row < 100 ? "6bafaea6" : (row % 3) + 0.5 } }),
  );
  const { drift } = logOf(records, { card }).finish();
  // Rows 100 to 299 by their remainder: 66 of 0, 67 of 1, 67 of 2.
  expect(drift[0]?.bins.map(({ actual }) => actual)).toEqual([66, 67, 67, 0]);
});
