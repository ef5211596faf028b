import { expect, test } from "bun:test";
import { ascendingOrder } from "../../../../core/learn/metrics/ascending-order.ts";
import { seededRandom } from "../../../../core/learn/random.ts";

const random = seededRandom(2);
const draws: readonly (readonly [string, () => number])[] = [
  ["numbers of both signs", () => (random() - 0.5) * 10 ** Math.floor(random() * 60 - 30)],
  ["many ties", () => Math.floor(random() * 7) - 3],
  ["zeros of both signs", () => (random() < 0.5 ? -0 : 0)],
  [
    "infinities",
    () => [Number.POSITIVE_INFINITY, 1, Number.NEGATIVE_INFINITY][Math.floor(random() * 3)] ?? 0,
  ],
  ["one value", () => 0.1],
];

// Fewer rows than the radix sort is for, and more.
test.each(draws.flatMap(([what, draw]) => [0, 1, 50, 5_000].map((n) => [what, draw, n] as const)))(
  "ascendingOrder() sorts %s, equal ones by row (%#)",
  (_what, draw, n) => {
    for (const values of [Float32Array.from({ length: n }, draw), Float64Array.from({ length: n }, draw)]) {
      const rows = [...values.keys()];
      const at = (row: number) => values[row] ?? 0;
      // Not by difference: that of two infinities is no number.
      const sorted = rows.sort((a, b) => Number(at(a) > at(b)) - Number(at(a) < at(b)) || a - b);
      expect([...ascendingOrder(values)]).toEqual(sorted);
    }
  },
);
