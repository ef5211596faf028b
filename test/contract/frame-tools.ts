import { describe, expect, test } from "bun:test";
import type { Columns } from "../../core/features/columns.ts";
import type { Feature } from "../../core/features/feature-spec.ts";
import { readFrame } from "../../core/features/read-frame.ts";
import type { Frame } from "../../core/learn/frame.ts";
import { isFrame } from "../../core/learn/is-frame.ts";
import type { FrameTools } from "../../core/ports.ts";

const features: readonly Feature[] = [
  { name: "length", type: "number", nullable: true },
  { name: "count", type: "integer", nullable: true },
  { name: "wet", type: "boolean", nullable: true },
  { name: "colour", type: "category", values: ["red", "green"], nullable: true },
  { name: "note", type: "string", nullable: true },
];

/** Three rows; the second lacks every value. */
const columns: Columns = {
  nRows: 3,
  values: new Map<string, Float32Array | string[]>([
    ["length", Float32Array.of(0.5, Number.NaN, -2)],
    ["count", Float32Array.of(3, Number.NaN, 0)],
    ["wet", Float32Array.of(1, Number.NaN, 0)],
    ["colour", ["red", "", "green"]],
    ["note", ["ü", "", "null"]],
  ]),
};

const cellsOf = (frame: Frame) =>
  Object.fromEntries(frame.columns.map((name) => [name, frame.getColumn(name).toArray()]));

/** What every data frame library promises to core. */
export function checkFrameTools(name: string, tools: FrameTools): void {
  const frame = () => tools.fromColumns(columns, features);

  describe(`${name} as FrameTools`, () => {
    test("make a frame of the features, a missing value null, a boolean a boolean", () => {
      expect(isFrame(frame())).toBeTrue();
      expect(frame().height).toBe(3);
      expect(frame().columns).toEqual(["length", "count", "wet", "colour", "note"]);
      expect(cellsOf(frame())).toEqual({
        length: [0.5, null, -2],
        count: [3, null, 0],
        wet: [true, null, false],
        colour: ["red", null, "green"],
        note: ["ü", null, "null"],
      });
    });

    test("make a frame that reads back as the same columns", () => {
      const back = readFrame(frame(), features, "the test");
      expect(back.nRows).toBe(3);
      const cells = ({ values }: Columns) => Array.from(values, ([key, column]) => [key, [...column]]);
      expect(cells(back)).toEqual(cells(columns));
    });

    test("order the columns as features.yaml does, whatever order they come in", () => {
      const reversed = { ...columns, values: new Map([...columns.values].reverse()) };
      expect(cellsOf(tools.fromColumns(reversed, features))).toEqual(cellsOf(frame()));
      expect(tools.fromColumns(reversed, features).columns).toEqual(frame().columns);
    });

    test("take rows in the order asked for, null among them, more than once where asked", () => {
      const taken = tools.take(frame(), Int32Array.of(2, 1, 0, 2));
      expect(taken.height).toBe(4);
      expect(taken.columns).toEqual(frame().columns);
      expect(cellsOf(taken)).toEqual({
        length: [-2, null, 0.5, -2],
        count: [0, null, 3, 0],
        wet: [false, null, true, false],
        colour: ["green", null, "red", "green"],
        note: ["null", null, "ü", "null"],
      });
    });

    test("take rows out of a frame that stays as it is", () => {
      const whole = frame();
      tools.take(whole, [0]);
      expect(cellsOf(whole)).toEqual(cellsOf(frame()));
    });

    test("take no rows, and keep the columns", () => {
      const none = tools.take(frame(), []);
      expect(none.height).toBe(0);
      expect(none.columns).toEqual(frame().columns);
    });

    test("refuse to take rows of a frame of another library", () => {
      const other = { columns: [], height: 0, getColumn: () => ({ name: "", toArray: () => [] }) };
      expect(() => tools.take(other, [])).toThrow(RangeError);
    });
  });
}
