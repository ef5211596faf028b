import { describe, expect, test } from "bun:test";
import pl from "nodejs-polars";
import { columnTransformer } from "../../../../core/learn/preprocessing/column-transformer.ts";
import { OrdinalEncoder } from "../../../../core/learn/preprocessing/ordinal-encoder.ts";
import { pipeline } from "../../../../core/learn/preprocessing/pipeline.ts";
import { SimpleImputer } from "../../../../core/learn/preprocessing/simple-imputer.ts";
import { StandardScaler } from "../../../../core/learn/preprocessing/standard-scaler.ts";
import { checkTransformer } from "../../../contract/transformer.ts";
import expected from "../../../support/expected/transformers.json";

checkTransformer("OrdinalEncoder", {
  make: () => new OrdinalEncoder(),
  train: {
    colour: ["red", "blue", null, "red", ""],
    shop: [3, -7, null, 0, 16_777_216],
    flag: [true, false, true, true, null],
  },
  request: { colour: ["Red", "", "blue"], shop: [-0, 2.5, null], flag: [null, true, false] },
});
checkTransformer("OrdinalEncoder behind numbers that float32 cannot hold", {
  make: () => pipeline(new StandardScaler({ withStd: false }), new OrdinalEncoder()),
  train: { a: [4, 2, 4, 6] },
  request: { a: [4.000_000_5, 6, null] },
});

describe("OrdinalEncoder", () => {
  test("gives the codes that scikit-learn gives", () => {
    const frame = pl.DataFrame({
      colour: expected.words.map(([colour]) => colour ?? ""),
      size: expected.words.map(([, size]) => size ?? ""),
    });
    const { data, columns } = new OrdinalEncoder().fitTransform(frame);
    expect([...data]).toEqual(expected.ordinal.flat());
    expect(columns).toEqual(["colour", "size"]);
  });

  test("sorts numbers by size, and gives NaN for what is missing or was not seen", () => {
    const encoder = new OrdinalEncoder().fit(pl.DataFrame({ shop: [10, 9, 100, null] }));
    const { data } = encoder.transform(pl.DataFrame({ shop: [9, 10, 100, 11, null] }));
    expect([...data]).toEqual([0, 1, 2, Number.NaN, Number.NaN]);
  });

  test("marks its columns as categories, through other transformers until one makes quantities of them", () => {
    const frame = pl.DataFrame({ colour: ["red", null], size: [1, 2] });
    const both = columnTransformer([
      ["passthrough", ["size"]],
      [new OrdinalEncoder(), ["colour"]],
    ]);
    expect(both.fitTransform(frame).categorical).toEqual(["colour"]);
    const again = columnTransformer([["passthrough", ["colour", "size"]]]);
    expect(again.fitTransform(both.fitTransform(frame)).categorical).toEqual(["colour"]);
    expect(pipeline(both, new SimpleImputer()).fitTransform(frame).categorical).toEqual([]);
    expect(pipeline(both, new StandardScaler()).fitTransform(frame).categorical).toEqual([]);
  });

  test("refuses fractions and a column without values", () => {
    expect(() => new OrdinalEncoder().fit(pl.DataFrame({ a: [0.5] }))).toThrow(
      'Column "a" holds 0.5; OrdinalEncoder takes whole numbers up to 16777216',
    );
    expect(() => new OrdinalEncoder().fit(pl.DataFrame({ a: [null, ""] }))).toThrow(/holds no value/);
  });
});
