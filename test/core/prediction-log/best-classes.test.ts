import { expect, test } from "bun:test";
import { bestClasses } from "../../../core/prediction-log/best-classes.ts";

const scores = Float32Array.of(0.9, 0.1, 0, 0, 0.2, 0.5, 0.1, 0.2);

test.each([
  [1, [1]],
  [2, [1, 0]],
  [3, [1, 0, 3]],
  [9, [1, 0, 3, 2]],
])("bestClasses() gives the best %d of the second row, the first of equals first", (n, best) => {
  expect(bestClasses(scores, 4, 4, n)).toEqual(best);
});
