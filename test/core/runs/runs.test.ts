import { describe, expect, test } from "bun:test";
import { compareRuns, dataChanges } from "../../../core/runs/compare-runs.ts";
import { findRun, shortId } from "../../../core/runs/find-run.ts";
import { parseRun, type Run } from "../../../core/runs/run-record.ts";
import { sortRuns } from "../../../core/runs/sort-runs.ts";

const base: Run = {
  schema_version: 1,
  id: "aaaa1111-0000-4000-8000-000000000001",
  time: "2026-11-29T21:00:00.000Z",
  outcome: "in place",
  task: "classification",
  target: "species",
  version: "0.1.0",
  mlt_version: "0.1.0",
  seed: 42,
  settings: { test_size: 0.2 },
  steps: [{ title: "Fit", seconds: 0.5 }],
  seconds: 1,
  estimator: { name: "LogisticRegression", params: { C: 1, penalty: "l2" } },
  metrics: { train: { accuracy: 1 }, test: { accuracy: 0.9, log_loss: 0.3 } },
  data_sha256: "d1",
  rows: { train: 120, test: 30 },
};
const other: Run = {
  ...base,
  id: "aaaa2222-0000-4000-8000-000000000002",
  estimator: { name: "LogisticRegression", params: { C: 10, penalty: "l2" } },
  metrics: { train: { accuracy: 1 }, test: { accuracy: 0.8, log_loss: 0.2 } },
  git_commit: "0123456789abcdef",
  git_dirty: true,
};
const { estimator, metrics, data_sha256, rows, ...unscored } = base;
const failed: Run = { ...unscored, id: "bbbb3333-0000-4000-8000-000000000003", outcome: "failed" };
const runs = [failed, other, base];

describe("findRun()", () => {
  test("takes the first letters of an id, in any case", () => {
    expect(findRun(runs, "bbbb")).toBe(failed);
    expect(findRun(runs, "AAAA2")).toBe(other);
    expect(findRun(runs, base.id)).toBe(base);
  });

  test.each([
    ["cccc", 'There is no run "cccc"'],
    ["bbb", '"bbb" is too short to name a run'],
    ["aaaa", '2 runs begin with "aaaa": aaaa2222, aaaa1111'],
  ])("refuses %s", (start, message) => {
    expect(() => findRun(runs, start)).toThrow(message);
  });
});

test("shortId() is as long as it must be to tell two runs apart", () => {
  const near = { ...base, id: "aaaa1111-0000-4000-8000-0000000000ff" };
  expect(shortId(base.id, runs)).toBe("aaaa1111");
  expect(shortId(base.id, [near, base])).toBe("aaaa1111-0000-4000-8000-00000000000");
});

test("sortRuns() puts the best first, be it the largest or the least, and runs without a score last", () => {
  expect(sortRuns(runs, "accuracy")).toEqual([base, other, failed]);
  expect(sortRuns(runs, "log_loss")).toEqual([other, base, failed]);
});

test("compareRuns() marks what differs, among settings, parameters and scores", () => {
  const differences = compareRuns(base, other);
  expect(differences.filter(({ differs }) => differs)).toEqual([
    { part: "run", name: "commit", a: undefined, b: "0123456789abcdef*", differs: true },
    { part: "parameters", name: "C", a: 1, b: 10, differs: true },
    { part: "metrics", name: "accuracy", a: 0.9, b: 0.8, differs: true },
    { part: "metrics", name: "log_loss", a: 0.3, b: 0.2, differs: true },
  ]);
  expect(differences).toContainEqual({
    part: "parameters",
    name: "penalty",
    a: "l2",
    b: "l2",
    differs: false,
  });
});

test("compareRuns() knows what only one of them has", () => {
  expect(compareRuns(failed, base)).toContainEqual({
    part: "metrics",
    name: "accuracy",
    b: 0.9,
    differs: true,
  });
});

test("dataChanges() compares each run with the one before it whose data are known", () => {
  const third = { ...base, id: "cccc", data_sha256: "d2" };
  expect([...dataChanges([third, failed, other, base])]).toEqual([
    [base.id, false],
    [other.id, false],
    [failed.id, false],
    ["cccc", true],
  ]);
});

describe("parseRun()", () => {
  test("takes what was written", () => {
    expect(parseRun(JSON.stringify(other))).toEqual(other);
    expect(parseRun(JSON.stringify(failed))).toEqual(failed);
  });

  test.each([
    ["a file that is cut off", JSON.stringify(base).slice(0, 40)],
    ["a score that is none", JSON.stringify({ ...base, metrics: { train: {}, test: { accuracy: "high" } } })],
    ["nothing", ""],
  ])("does not take %s", (_, json) => {
    expect(parseRun(json)).toBe("damaged");
  });

  test("knows a run that another version of mlt kept", () => {
    expect(parseRun(JSON.stringify({ ...base, schema_version: 2 }))).toBe("of another version of mlt");
  });
});
