import { expect, test } from "bun:test";
import { populationStability } from "../../../../core/prediction-log/drift/population-stability.ts";

test("populationStability() is 0 for the same shares of other totals", () => {
  expect(populationStability([10, 30], [100, 300])).toBe(0);
});

test("populationStability() sums (a − e) ln(a / e)", () => {
  // (0.25 − 0.5) ln 0.5 + (0.75 − 0.5) ln 1.5 = 0.25 · 0.693147 + 0.25 · 0.405465
  expect(populationStability([50, 50], [25, 75])).toBeCloseTo(0.274653, 6);
  // The same seen from the other side.
  expect(populationStability([25, 75], [50, 50])).toBeCloseTo(0.274653, 6);
});

test("populationStability() takes an empty bin as half a percent", () => {
  // A quarter is unseen: (0.25 − 0.005) ln(0.25 / 0.005) + (0.75 − 1) ln 0.75 = 0.245 · 3.912023 + 0.25 · 0.287682
  expect(populationStability([100, 0], [75, 25])).toBeCloseTo(1.030366, 6);
  // After a training of a million rows it is the same.
  expect(populationStability([1e6, 0], [75, 25])).toBeCloseTo(1.030366, 6);
});

test("populationStability() does not see bins that are all but empty on both sides", () => {
  // 0.4 % and none are both taken as half a percent; 996 of 1000 to all: (1 − 0.996) ln(1 / 0.996) = 0.004 · 0.004008
  expect(populationStability([996, 4], [500, 0])).toBeCloseTo(0.000016, 6);
});

test.each([
  ["other bins", [1, 2], [1, 2, 3], "The distributions have other bins"],
  ["nothing expected", [0, 0], [1, 1], "A distribution has no rows"],
  ["nothing counted", [1, 1], [0, 0], "A distribution has no rows"],
])("populationStability() refuses %s", (_name, expected, actual, message) => {
  expect(() => populationStability(expected, actual)).toThrow(new RangeError(message));
});
