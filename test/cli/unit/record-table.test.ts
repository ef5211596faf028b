import { expect, test } from "bun:test";
import { recordTable } from "../../../cli/record-table.ts";
import type { LogRecord } from "../../../core/prediction-log/log-record.ts";

const about = { model_name: "price", model_version: "2.0" };

function record(fields: LogRecord["fields"], event: LogRecord["event"] = "predict"): LogRecord {
  return {
    event,
    timeMs: 0,
    key: "r:0",
    fields: {
      timestamp: "2026-11-24T20:13:44.123+01:00",
      request_id: "r",
      row: 0,
      event,
      ...fields,
    },
  };
}

test("recordTable() writes the numbers of a regression to the right, and no column of probabilities", () => {
  const first = record({ ...about, prediction: 12.5, latency_ms: 0.5 });
  const second = record({ ...about, prediction: 104.25, latency_ms: 12.345 });
  const truth = record({ truth: 110, predicted_request_id: "r", predicted_row: 0 }, "feedback");
  expect(recordTable().lines([first, second, truth])).toEqual([
    "time                            id or request:row  event     prediction  latency   model",
    "2026-11-24 20:13:44.123 +01:00  r:0                predict         12.5   0.50 ms  price 2.0",
    "2026-11-24 20:13:44.123 +01:00  r:0                predict       104.25  12.35 ms  price 2.0",
    "2026-11-24 20:13:44.123 +01:00  r:0                feedback  truth: 110",
  ]);
});

test("recordTable() writes its header once, and lets a column grow with later records", () => {
  const table = recordTable();
  expect(table.lines([])).toEqual([]);
  expect(table.lines([record({ ID: "A", prediction: "yes" })])).toHaveLength(2);
  expect(table.lines([record({ ID: 17, prediction: "definitely" }), record({ prediction: "no" })])).toEqual([
    "2026-11-24 20:13:44.123 +01:00  17                 predict  definitely",
    "2026-11-24 20:13:44.123 +01:00  r:0                predict  no",
  ]);
});

test("recordTable() leaves out what a terminal has no room for, the least telling columns first", () => {
  const timestamp = "2026-11-24T20:13:44.123Z";
  const said = record({ ...about, timestamp, ID: "A-17", prediction: "yes", proba_1: 0.75, latency_ms: 1 });
  // Without the model 24 + 17 + 7 + 10 + 11 + 7 and five gaps of 2 are 86, and without the latency 77.
  expect(recordTable(80).lines([said])).toEqual([
    "time                      id or request:row  event    prediction  probability",
    "2026-11-24 20:13:44.123Z  A-17               predict  yes              0.7500",
  ]);
  expect(recordTable(86).lines([said])[0]).toEndWith("probability  latency");
  expect(recordTable(20).lines([said])[1]).toBe("2026-11-24 20:13:44.123Z  A-17               yes");
});

test("recordTable() ends an id that would fill the screen in an ellipsis", () => {
  const [, line] = recordTable().lines([record({ ID: "x".repeat(5_000), prediction: "yes" })]);
  expect(line).toBe(`2026-11-24 20:13:44.123 +01:00  ${"x".repeat(139)}…  predict  yes`);
});

test("recordTable() lets nothing of an id reach the terminal that would move its cursor or begin a line", () => {
  const [, line] = recordTable().lines([record({ ID: "\u001b[2J\n\u202eA", prediction: "yes" })]);
  expect(line).toBe("2026-11-24 20:13:44.123 +01:00  \\u{1b}[2J\\u{a}\\u{202e}A  predict  yes");
});
