import { expect, test } from "bun:test";
import { countInBins } from "../../../core/report/charts/bins.ts";
import { curveChart } from "../../../core/report/charts/curve-chart.ts";
import { dayChart } from "../../../core/report/charts/day-chart.ts";
import { plot, spanOf } from "../../../core/report/charts/plot.ts";
import { shareChart } from "../../../core/report/charts/share-chart.ts";
import { html } from "../../../core/report/html.ts";

test("countInBins() counts both outer edges, and leaves out what lies beyond or is no number", () => {
  const bins = countInBins([0, 0.5, 1, 2, -1, 3, Number.NaN], 0, 2, 2);
  expect(bins).toEqual({ from: 0, to: 2, counts: [2, 2] });
});

test("countInBins() puts a constant into its one bin", () => {
  expect(countInBins([7, 7], 7, 7, 1).counts).toEqual([2]);
});

test("spanOf() leaves air around the values, and shows a single one", () => {
  expect(spanOf([0, 100])).toEqual([-4, 104]);
  expect(spanOf([10, 10])).toEqual([5, 15]);
  expect(spanOf([0])).toEqual([-1, 1]);
  expect(spanOf([])).toEqual([0, 1]);
});

test.each([
  [
    [0, 1],
    ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"],
  ],
  [
    [-4, 104],
    ["0", "50", "100"],
  ],
  [
    [-12, 13],
    ["\u221210", "\u22125", "0", "5", "10"],
  ],
  [
    [0, 12_000],
    ["0", "5,000", "10,000"],
  ],
  // Numbers that differ in their last digits alone.
  [
    [1.7e9, 1.7e9 + 250],
    ["1.7e+9", "1.7000001e+9", "1.7000002e+9"],
  ],
  [
    [1e6, 1e6 + 20],
    ["1,000,000", "1,000,005", "1,000,010", "1,000,015", "1,000,020"],
  ],
  [
    [-1e-9, 1e-9],
    ["\u22121e-9", "\u22125e-10", "0", "5e-10", "1e-9"],
  ],
] as const)("plot() puts ticks on round values of %p", (domain, labels) => {
  const axis = { label: "", domain };
  const { markup } = plot({ title: "t", x: axis, y: { label: "", domain: [0, 1] }, marks: () => html`` });
  const ticks = [...markup.matchAll(/text-anchor="middle">([^<]*)</g)].map(([, label]) => label ?? "");
  expect(ticks).toEqual([...labels]);
});

test("plot() keeps what it writes inside of the picture", () => {
  const { markup } = plot({
    title: "t",
    x: { label: "x".repeat(200), domain: [1_700_000_100, 1_700_000_300] },
    y: { label: "y".repeat(200), domain: [0, 1] },
    marks: () => html``,
  });
  expect(markup).toContain(`>${"x".repeat(45)}\u2026<`);
  expect(markup).toContain(`>${"y".repeat(45)}\u2026<`);
  // The longest label has 13 letters, 8 wide each: half of it is 52.
  expect(markup).toContain('x="52" y="274" text-anchor="middle">1.7000001e+9<');
});

test("curveChart() leaves out points that the eye cannot tell apart", () => {
  const points = Array.from({ length: 100_001 }, (_, index) => [index / 100_000, index / 100_000] as const);
  const { markup } = curveChart({
    title: "t",
    xLabel: "x",
    yLabel: "y",
    shape: "straight",
    curves: [{ series: 0, points }],
  });
  expect(markup.length).toBeLessThan(20_000);
});

test("shareChart() draws two groups back to back, in shares of their own rows", () => {
  const { markup } = shareChart("Now", [
    { label: "a & b", left: 10, right: 0 },
    { label: "a name of more than twenty characters", left: 30, right: 40 },
  ]);
  // All of a group is as wide as a side, 84: a quarter of the left one is 21, and ends at the middle, 270.
  const bars = Array.from(
    markup.matchAll(/<rect class="bar s(\d)" x="([\d.]+)"[^>]* width="([\d.]+)"/g),
    ([, ...bar]) => bar.map(Number),
  );
  expect(bars).toEqual([
    [0, 249, 21],
    [0, 207, 63],
    [1, 270, 84],
  ]);
  expect(markup).toContain(">a &amp; b<");
  expect(markup).toContain(">a name of more than\u2026<");
});

test("dayChart() leaves a day of few rows no more room than the others need", () => {
  const points = Array.from({ length: 11 }, (_, index) => ({
    day: `2026-11-${10 + index}`,
    value: 0.9,
    interval: { low: index === 3 ? 0.1 : 0.8, high: 1 },
  }));
  const { markup } = dayChart({ title: "By day", yLabel: "Accuracy", points, reference: 0.95, highest: 1 });
  const ticks = Array.from(markup.matchAll(/text-anchor="end">([\d.]+)</g), ([, label]) => label);
  expect(ticks).toEqual(["0.80", "0.85", "0.90", "0.95", "1.00"]);
  // The whisker of the fourth day ends where the chart does, at 258.
  expect(markup.match(/V258"|258V/g)).toHaveLength(1);
  expect(markup).toMatch(/>1\d Nov</);
});
