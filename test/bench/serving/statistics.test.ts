import { expect, test } from "bun:test";
import { median, ratios, slope, spread } from "./statistics.ts";

test("median() takes the middle of the values in order, and the upper middle of an even number", () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([4, 1, 3, 2])).toBe(3);
});

test("ratios() divides pair by pair", () => {
  expect(ratios([10, 9], [2, 3])).toEqual([5, 3]);
});

test("spread() names the median, the lowest and the highest", () => {
  expect(spread([2.04, 1, 3.26], 1)).toBe("2.0 (1.0 to 3.3)");
});

test("slope() is that of the line through the points, and 0 where they are level", () => {
  const line = [0, 1, 2, 3].map((x) => ({ x, y: 2 * x + 7 }));
  expect(slope(line)).toBeCloseTo(2, 12);
  expect(slope(line.map(({ x }) => ({ x, y: 98 })))).toBe(0);
});
