import { expect, test } from "bun:test";
import { histogramQuantile } from "../../../core/status/histogram-quantile.ts";
import { parseMetrics } from "../../../core/status/parse-metrics.ts";

const buckets = (...counts: readonly (readonly [string, number])[]) =>
  parseMetrics(counts.map(([le, count]) => `t_bucket{le="${le}"} ${count}`).join("\n"));

test.each([
  // The 50th of 100 is the 10th of 40 between 1 and 3.
  [
    "within a bucket",
    0.5,
    [
      ["1", 40],
      ["3", 80],
      ["+Inf", 100],
    ],
    1.5,
  ],
  // The 20th of 40 from 0 to 1.
  [
    "in the first bucket",
    0.2,
    [
      ["1", 40],
      ["3", 80],
      ["+Inf", 100],
    ],
    0.5,
  ],
  [
    "at a bound",
    0.8,
    [
      ["1", 40],
      ["3", 80],
      ["+Inf", 100],
    ],
    3,
  ],
  [
    "above the last bound, as that bound",
    0.99,
    [
      ["1", 40],
      ["3", 80],
      ["+Inf", 100],
    ],
    3,
  ],
  [
    "past empty buckets",
    0.5,
    [
      ["1", 0],
      ["2", 0],
      ["4", 10],
      ["+Inf", 10],
    ],
    3,
  ],
  [
    "without observations, as NaN",
    0.5,
    [
      ["1", 0],
      ["+Inf", 0],
    ],
    Number.NaN,
  ],
  ["without buckets, as NaN", 0.5, [], Number.NaN],
] as const)("histogramQuantile() finds a value %s", (_where, share, counts, expected) => {
  expect(histogramQuantile(buckets(...counts), share)).toBe(expected);
});
