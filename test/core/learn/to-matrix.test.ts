import { describe, expect, test } from "bun:test";
import pl from "nodejs-polars";
import { MltError } from "../../../core/errors.ts";
import type { Frame } from "../../../core/learn/frame.ts";
import { Matrix } from "../../../core/learn/matrix.ts";
import { toMatrix } from "../../../core/learn/to-matrix.ts";
import { failure } from "../../support/failure.ts";
import { runFrame } from "../../support/frame-onnx.ts";

describe("toMatrix()", () => {
  test("reads numbers, integers and booleans, rounded to float32, missing ones as NaN", () => {
    const frame = pl.DataFrame({
      number: [0.1, null, 16777217],
      integer: pl.Series("integer", [1, 2, -3], pl.Int64),
      flag: [true, false, null],
    });
    const { columns, nRows, data } = toMatrix(frame, "Test");
    expect(columns).toEqual(["number", "integer", "flag"]);
    expect(nRows).toBe(3);
    // biome-ignore format: a row a line
    expect([...data]).toEqual([
      0.10000000149011612, 1, 1,
      Number.NaN, 2, 0,
      16777216, -3, Number.NaN,
    ]);
  });

  test("traces the columns to the frame", async () => {
    const frame: Frame = pl.DataFrame({ b: [0.1, null], a: [3, 4] });
    const { trace, data } = toMatrix(frame, "Test");
    expect(trace?.source).toBe(frame);
    const result = await runFrame({
      trained: frame,
      request: frame,
      width: 2,
      build(graph, inputs) {
        const x = trace?.toOnnx(graph, inputs);
        if (x === undefined) throw new Error("The matrix is not traced");
        return x;
      },
    });
    expect([...result]).toEqual([...data]);
  });

  test("leaves a matrix as it is", () => {
    const matrix = new Matrix(["a"], Float64Array.of(0.1));
    expect(toMatrix(matrix, "Test")).toBe(matrix);
  });

  test.each<[string, Frame, string]>([
    ["text", pl.DataFrame({ a: [1], c: ["x"] }), 'Column "c" holds text; Test reads numbers only'],
    [
      "dates",
      pl.DataFrame({ d: [new Date(0)] }),
      'Column "d" must hold numbers, booleans or text, but a Date stands in row 1',
    ],
    ["lists", pl.DataFrame({ l: [[1, 2]] }), 'Column "l" must hold numbers, booleans or text, but a'],
    [
      "numbers beyond float32",
      pl.DataFrame({ a: [1, 1e39] }),
      'Column "a" must hold numbers that fit in float32, but 1e+39 stands in row 2',
    ],
  ])("refuses %s", (_, frame, message) => {
    expect(() => toMatrix(frame, "Test")).toThrow(message);
  });

  test("refuses what is no frame", () => {
    expect(() => toMatrix(JSON.parse("[[1, 2]]"), "Test")).toThrow(MltError);
  });
});

test("toMatrix() says how dates become features", async () => {
  const error = await failure(() => toMatrix(pl.DataFrame({ d: [new Date(0)] }), "Ridge"));
  expect(error.hint).toBe(
    "Make ISO 8601 text of the column in the data loader, and numbers of that with DateParts.",
  );
});
