import { describe, expect, test } from "bun:test";
import type { Columns } from "../../../core/features/columns.ts";
import type { Feature } from "../../../core/features/feature-spec.ts";
import { rowPacker } from "../../../core/features/pack-rows.ts";
import { rowAt, takeRows } from "../../../core/features/rows.ts";

const features: Feature[] = [
  { name: "length", type: "number", nullable: true },
  { name: "count", type: "integer", nullable: true },
  { name: "wet", type: "boolean", nullable: true },
  { name: "colour", type: "category", values: ["red"], nullable: true },
  { name: "note", type: "string", nullable: true },
];
const rows = [
  { length: 5.1, count: 3, wet: true, colour: "red", note: "a" },
  { length: null, count: null, wet: null, colour: null, note: null },
  { length: -0.25, count: 0, wet: false, colour: "red", note: "ü" },
];

function packed(): Columns {
  const result = rowPacker({ features }, 10)(rows);
  if (!result.ok) throw new Error("The rows must be packed");
  return result.columns;
}

describe("rowAt()", () => {
  test("gives back the rows of a request, missing values among them", () => {
    expect(rows.map((_, index) => rowAt(packed(), features, index))).toEqual(rows);
  });

  test("knows only the rows that there are", () => {
    expect(() => rowAt(packed(), features, 3)).toThrow(RangeError);
  });
});

describe("takeRows()", () => {
  test("takes rows in the order asked for, more than once where asked", () => {
    const taken = takeRows(packed(), [2, 0, 2]);
    expect(taken.nRows).toBe(3);
    expect([0, 1, 2].map((index) => rowAt(taken, features, index))).toEqual(
      [2, 0, 2].map((row) => rows[row] ?? {}),
    );
  });

  test("takes no rows, and leaves the columns alone", () => {
    const columns = packed();
    expect(takeRows(columns, new Int32Array()).nRows).toBe(0);
    expect(columns.nRows).toBe(3);
  });
});
