import { expect, test } from "bun:test";
import { classWeighted } from "../../../core/learn/weights.ts";

const labels = { classes: ["constructor", "no"], codes: Int32Array.of(0, 1, 1) };

test("classWeighted() weighs a label that is called as objects call theirs like any other", () => {
  const weighted = (classWeight: Record<string, number>) =>
    classWeighted(classWeight, labels, { weights: undefined, who: "An estimator" });
  expect(weighted({ no: 2 })).toEqual(Float64Array.of(1, 2, 2));
  expect(weighted({ constructor: 3 })).toEqual(Float64Array.of(3, 1, 1));
});
