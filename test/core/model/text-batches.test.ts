import { describe, expect, test } from "bun:test";
import { textBatches } from "../../../core/model/text-batches.ts";

const columnsOf = (texts: readonly string[]) => ({
  nRows: texts.length,
  values: new Map<string, Float32Array | readonly string[]>([
    ["text", texts],
    ["pair", Float32Array.from({ length: 2 * texts.length }, (_, index) => index)],
  ]),
});

describe("textBatches()", () => {
  test("gives all rows at once while their texts are short, and without texts", () => {
    const short = columnsOf(["a", "", "b"]);
    expect(textBatches(short)).toEqual([short]);
    const numbers = { nRows: 3, values: new Map([["x", new Float32Array(3)]]) };
    expect(textBatches(numbers, 1)).toEqual([numbers]);
  });

  test("begins a part before its rows times its longest text would be too many", () => {
    // Each text counts one character more: lengths 2, 2, 10, 2, 2, of at most 20.
    const texts = ["a", "b", "long text", "c", "d"];
    const parts = textBatches(columnsOf(texts), 20);
    expect(parts.map(({ values }) => values.get("text"))).toEqual([["a", "b"], ["long text", "c"], ["d"]]);
    expect(parts.map(({ values }) => [...(values.get("pair") ?? [])])).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9],
    ]);
    expect(parts.map(({ nRows }) => nRows)).toEqual([2, 2, 1]);
  });

  test("leaves a text that is too long for any company alone, and no rows as they are", () => {
    const parts = textBatches(columnsOf(["x".repeat(50), "y".repeat(50)]), 20);
    expect(parts.map(({ nRows }) => nRows)).toEqual([1, 1]);
    expect(textBatches(columnsOf([]), 20)).toHaveLength(1);
  });
});
