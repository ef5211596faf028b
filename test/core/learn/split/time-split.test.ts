import { expect, test } from "bun:test";
import { timeSplit } from "../../../../core/learn/split/time-split.ts";

test.each([
  ["the latest, wherever they lie", [3, 1, 5, 2, 4], 0.4, [2, 4]],
  ["a part that is rounded up", [1, 2, 3, 4, 5], 0.25, [3, 4]],
  ["fewer, where the cut between two times is nearer behind", [1, 1, 1, 2, 2, 2, 3, 3], 0.35, [6, 7]],
  ["more, where it is nearer before", [1, 1, 1, 1, 2, 2, 2, 2], 0.3, [4, 5, 6, 7]],
  ["the larger part of two that are as near", [1, 1, 2, 2, 3, 3], 0.5, [2, 3, 4, 5]],
])("timeSplit() holds out %s", (_what, times, testSize, held) => {
  const split = timeSplit(Float64Array.from(times), testSize);
  expect([...split.test]).toEqual(held);
  expect([...split.train]).toEqual([...times.keys()].filter((row) => !held.includes(row)));
});

test("timeSplit() rejects rows of one time", () => {
  expect(() => timeSplit(Float64Array.of(7, 7, 7), 0.3)).toThrow(RangeError);
});
