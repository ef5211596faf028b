import { describe, expect, test } from "bun:test";
import pl from "nodejs-polars";
import type { Feature, FeatureType } from "../../../core/features/feature-spec.ts";
import { readFrame } from "../../../core/features/read-frame.ts";
import { failure } from "../../support/failure.ts";

const feature = (type: FeatureType, more: Partial<Feature> = {}): Feature => ({
  name: "x",
  type,
  nullable: false,
  ...more,
});
const read = (series: pl.Series, ...features: Feature[]) =>
  readFrame(pl.DataFrame([series.alias("x")]), features, "the test");
const cells = (series: pl.Series, one: Feature) => [...(read(series, one).values.get("x") ?? [])];

describe("readFrame()", () => {
  test.each<[string, pl.Series, Feature, (number | string)[]]>([
    ["a Float64 column", pl.Series([0.1, 2]), feature("number"), [Math.fround(0.1), 2]],
    ["an Int64 column", pl.Series([1, -2]).cast(pl.Int64), feature("number"), [1, -2]],
    ["an UInt8 column of integers", pl.Series([1, 255]).cast(pl.UInt8), feature("integer"), [1, 255]],
    ["whole floats of integers", pl.Series([1, 3]).cast(pl.Float64), feature("integer"), [1, 3]],
    ["a Bool column", pl.Series([true, false]), feature("boolean"), [1, 0]],
    ["0 and 1 of booleans", pl.Series([0, 1]), feature("boolean"), [0, 1]],
    ["a text column", pl.Series(["a", "ü"]), feature("string"), ["a", "ü"]],
    [
      "a Categorical column",
      pl.Series(["red", "red"]).cast(pl.Categorical),
      feature("string"),
      ["red", "red"],
    ],
    [
      "choices",
      pl.Series(["red", "green"]),
      feature("category", { values: ["green", "red"] }),
      ["red", "green"],
    ],
    [
      "missing numbers",
      pl.Series([1, null, Number.NaN]),
      feature("number", { nullable: true }),
      [1, Number.NaN, Number.NaN],
    ],
    ["missing booleans", pl.Series([null, true]), feature("boolean", { nullable: true }), [Number.NaN, 1]],
    ["missing texts", pl.Series([null, "", "a"]), feature("string", { nullable: true }), ["", "", "a"]],
    ["values at their bounds", pl.Series([0, 9]), feature("number", { min: 0, max: 9 }), [0, 9]],
  ])("reads %s", (_what, series, one, expected) => {
    expect(cells(series, one)).toEqual(expected);
  });

  test.each<[string, pl.Series, Feature, string]>([
    [
      "a missing number",
      pl.Series([1, null]),
      feature("number"),
      "row 2 is missing, and the feature is not nullable",
    ],
    [
      "missing texts",
      pl.Series(["a", null, ""]),
      feature("string"),
      "2 rows, the first 2, are missing, and the feature is not nullable",
    ],
    ["text for numbers", pl.Series(["1"]), feature("number"), "row 1 is not a number"],
    ["text for integers", pl.Series(["1"]), feature("integer"), "row 1 is not an integer"],
    [
      "text with a NUL",
      pl.Series(["a\0b"]),
      feature("string"),
      "row 1 is text with a NUL, behind which a model reads nothing",
    ],
    ["numbers for text", pl.Series([1, 2]), feature("string"), "2 rows, the first 1, are not text"],
    ["a fraction for an integer", pl.Series([1, 1.5]), feature("integer"), "row 2 is not an integer"],
    ["2 for a boolean", pl.Series([0, 2]), feature("boolean"), "row 2 is not a boolean"],
    ["a value under its min", pl.Series([-1]), feature("number", { min: 0 }), "row 1 is under its min 0"],
    ["a value over its max", pl.Series([10]), feature("number", { max: 9 }), "row 1 is over its max 9"],
    ["1e39", pl.Series([1e39]), feature("number"), "row 1 is beyond what float32 can hold"],
    [
      "an infinity",
      pl.Series([1, Number.NEGATIVE_INFINITY]),
      feature("number", { nullable: true }),
      "row 2 is beyond what float32 can hold",
    ],
    [
      "another choice",
      pl.Series(["rde"]),
      feature("category", { values: ["red"] }),
      "row 1 is none of its values",
    ],
  ])("refuses %s", async (_what, series, one, problem) => {
    const error = await failure(() => read(series, one));
    expect(error.message).toBe(`The data of the test do not fit features.yaml\n  Column "x": ${problem}`);
    expect(error.exitCode).toBe(3);
  });

  test("lists every problem at once, each kind once a column", async () => {
    const frame = pl.DataFrame({ a: [1.5, -1, -2], Heigth: [1, 2, 3] });
    const features = [
      feature("integer", { name: "a", min: 0 }),
      feature("number", { name: "height" }),
      feature("number", { name: "depth" }),
    ];
    expect((await failure(() => readFrame(frame, features, "the test"))).message.split("\n")).toEqual([
      "The data of the test do not fit features.yaml",
      '  Column "a": row 1 is not an integer',
      '  Column "a": 2 rows, the first 2, are under its min 0',
      '  Column "height" is missing; did you mean "Heigth"?',
      '  Column "depth" is missing; there are "a", "Heigth"',
    ]);
  });

  test("names ten columns of a frame at most", async () => {
    const frame = pl.DataFrame(
      Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`column ${i}`, [1]])),
    );
    const { message } = await failure(() => readFrame(frame, [feature("number")], "the test"));
    expect(message).toEndWith('"column 9" and 2 more');
  });

  test("reads nothing but the features", () => {
    const frame = pl.DataFrame({ x: [1], other: ["b"] });
    expect([...readFrame(frame, [feature("number")], "the test").values.keys()]).toEqual(["x"]);
  });
});
