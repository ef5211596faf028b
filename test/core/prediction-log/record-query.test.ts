import { expect, test } from "bun:test";
import type { LogRecord } from "../../../core/prediction-log/log-record.ts";
import { matches, type RecordQuery, recordId } from "../../../core/prediction-log/record-query.ts";

const prediction: LogRecord = {
  event: "predict",
  timeMs: 1_000,
  key: "r-1:0",
  fields: {
    request_id: "r-1",
    row: 0,
    event: "predict",
    ID: "A-17",
    model_name: "iris",
    prediction: "setosa",
  },
};
const numbered: LogRecord = { ...prediction, fields: { ...prediction.fields, ID: 17 } };
const unnamed: LogRecord = {
  ...prediction,
  fields: { request_id: "r-1", row: 0, event: "predict", class_12: "setosa", proba_12: 0.1 },
};
const truth: LogRecord = {
  event: "feedback",
  timeMs: 2_000,
  key: "f-1:0",
  fields: { request_id: "f-1", event: "feedback", predicted_request_id: "r-1", truth: "setosa" },
};

test.each<[RecordQuery, LogRecord, boolean]>([
  [{}, prediction, true],
  [{ sinceMs: 1_000 }, prediction, true],
  [{ sinceMs: 1_001 }, prediction, false],
  [{ untilMs: 1_001 }, prediction, true],
  [{ untilMs: 1_000 }, prediction, false],
  [{ event: "predict" }, prediction, true],
  [{ event: "predict_proba" }, prediction, false],
  [{ className: "setosa" }, prediction, true],
  [{ className: "virginica" }, prediction, false],
  [{ className: "setosa" }, truth, false],
  [{ id: "A-17" }, prediction, true],
  [{ id: "A-1" }, prediction, false],
  [{ id: "17" }, numbered, true],
  [{ id: "undefined" }, unnamed, false],
  [{ requestId: "r-1" }, prediction, true],
  [{ requestId: "r-2" }, prediction, false],
  [{ requestId: "r-1" }, truth, true],
  [{ requestId: "f-1" }, truth, true],
  [{ requestId: "r-1", id: "A-17", className: "setosa", sinceMs: 0, untilMs: 9_999 }, prediction, true],
  [{ requestId: "r-1", id: "A-18", className: "setosa", sinceMs: 0, untilMs: 9_999 }, prediction, false],
])("matches() of %j", (query, record, expected) => {
  expect(matches(record, query)).toBe(expected);
});

test("recordId() is the one field that is not the log's own", () => {
  expect([prediction, numbered, unnamed, truth].map(({ fields }) => recordId(fields))).toEqual([
    "A-17",
    17,
    undefined,
    undefined,
  ]);
});
