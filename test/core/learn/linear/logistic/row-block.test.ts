import { describe, expect, test } from "bun:test";
import { rowBlock } from "../../../../../core/learn/linear/logistic/row-block.ts";

const data = Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
const rows = { data, shift: Float64Array.of(1, 1, 1), nScores: 2 };

describe("rowBlock()", () => {
  test("scores rows that fill no four, of columns that fill no pair, by several functions", () => {
    const block = rowBlock({ ...rows, width: 4 });
    block.begin(Float64Array.of(1, 0, 0, 0.5, 0, 1, 2, 0));
    block.read(0, 5);
    block.score(5);
    const { scores, mostRows } = block;
    // x0 - 1 + 0.5, and (x1 - 1) + 2 (x2 - 1).
    expect([...scores.subarray(0, 5)]).toEqual([0.5, 3.5, 6.5, 9.5, 12.5]);
    expect([...scores.subarray(mostRows, mostRows + 5)]).toEqual([5, 14, 23, 32, 41]);
  });

  test("adds rows up by their factors, with a column of ones where functions have a constant", () => {
    const factors = [1, 0, 0, 0, 2];
    const sumsOf = (width: number) => {
      const block = rowBlock({ ...rows, width });
      block.begin(new Float64Array(2 * width));
      block.read(0, 5);
      block.scores.set(factors);
      block.scores.set(factors, block.mostRows);
      block.add(5);
      const sums = new Float64Array(2 * width);
      block.writeSums(sums);
      return [...sums];
    };
    // Row 0 less 1 is 0 1 2, row 4 less 1 is 12 13 14.
    expect(sumsOf(4)).toEqual([24, 27, 30, 3, 24, 27, 30, 3]);
    expect(sumsOf(3)).toEqual([24, 27, 30, 24, 27, 30]);
  });

  test("is not disturbed by what an earlier block left in the memory that they share", () => {
    const earlier = rowBlock({
      data: new Float64Array(60).fill(Number.POSITIVE_INFINITY),
      shift: new Float64Array(5),
      width: 5,
      nScores: 3,
    });
    earlier.begin(new Float64Array(15).fill(Number.NaN));
    earlier.read(0, 12);
    earlier.score(12);
    earlier.add(12);
    const block = rowBlock({ ...rows, width: 3, nScores: 1 });
    block.begin(Float64Array.of(1, 1, 1));
    block.read(0, 1);
    block.score(1);
    expect(block.scores[0]).toBe(3);
  });
});
