import { describe, expect, test } from "bun:test";
import { weightedSquares } from "../../../../../core/learn/linear/logistic/weighted-squares.ts";
import { oneThread } from "../../../../../core/learn/threads.ts";

/** Rows 1 2 4 and 3 2 0, standardised: 0 1 2 and 2 1 -2. */
function problem(fitIntercept: boolean) {
  const none = new Float64Array();
  return {
    data: Float64Array.of(1, 2, 4, 3, 2, 0),
    columns: { shift: Float64Array.of(1, 1, 2), scale: Float64Array.of(1, 1, 1), fitIntercept },
    codes: new Int32Array(2),
    shares: none,
    nScores: 1,
    ridge: none,
    lasso: none,
    threads: oneThread,
  };
}

function lowerTriangle(block: Float64Array, width: number): number[][] {
  return Array.from({ length: width }, (_, row) => [...block.subarray(row * width, row * width + row + 1)]);
}

describe("weightedSquares()", () => {
  // 10 times the products of 0 1 2, and those of 2 1 -2.
  const squares = [[4], [2, 11], [-4, 18, 44]];

  test("sums the products of the columns by the rows' weights", () => {
    const block = weightedSquares(problem(false), Float64Array.of(10, 1));
    expect(lowerTriangle(block, 3)).toEqual(squares);
  });

  test("counts a column of ones where there is an intercept", () => {
    const block = weightedSquares(problem(true), Float64Array.of(10, 1));
    expect(lowerTriangle(block, 4)).toEqual([...squares, [2, 11, 18, 11]]);
  });

  test("divides by the size of each column", () => {
    const { columns, ...rest } = problem(true);
    const scaled = { ...rest, columns: { ...columns, scale: Float64Array.of(2, 1, 4) } };
    const block = weightedSquares(scaled, Float64Array.of(10, 1));
    expect(lowerTriangle(block, 4)).toEqual([[1], [1, 11], [-0.5, 4.5, 2.75], [1, 11, 4.5, 11]]);
  });
});
