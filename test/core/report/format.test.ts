import { expect, test } from "bun:test";
import {
  formatCount,
  formatMetric,
  formatNumber,
  formatRows,
  formatShare,
  formatTime,
} from "../../../core/report/format.ts";

test.each([
  [0, "0"],
  [5.8433333, "5.843"],
  [-0.012345, "\u22120.01235"],
  [999.96, "1,000"],
  [12_345.6, "12,346"],
  [-1_234_567, "\u22121,234,567"],
  [1.2e9, "1.2e+9"],
  [0.00001, "1e-5"],
  [100, "100"],
])("formatNumber(%p) is %s", (value, text) => {
  expect(formatNumber(value)).toBe(text);
});

test.each([
  [0, "0%"],
  [0.0004, "<0.1%"],
  [0.967, "96.7%"],
  [0.99999, ">99.9%"],
  [1, "100%"],
])("formatShare(%p) is %s", (share, text) => {
  expect(formatShare(share)).toBe(text);
});

test.each([
  ["accuracy", 0.96666, "0.967"],
  ["r2", -0.5, "\u22120.500"],
  ["roc_auc", -0.0001, "0.000"],
  ["rmse", 1234.56, "1,235"],
  ["mae", 0.0123456, "0.01235"],
])("formatMetric(%s, %p) is %s", (metric, value, text) => {
  expect(formatMetric(metric, value)).toBe(text);
});

test("formatCount() sets thousands apart, formatRows() knows one from many", () => {
  expect([1, 999, 1_000, 1_234_567].map(formatCount)).toEqual(["1", "999", "1,000", "1,234,567"]);
  expect([0, 1, 1_500].map(formatRows)).toEqual(["0 rows", "1 row", "1,500 rows"]);
});

test("formatTime() writes UTC as a person does, and leaves other text alone", () => {
  expect(formatTime("2026-11-24T03:05:41.000Z")).toBe("24 November 2026, 03:05 UTC");
  expect(formatTime("yesterday")).toBe("yesterday");
});
