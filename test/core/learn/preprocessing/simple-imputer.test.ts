import { describe, expect, test } from "bun:test";
import pl from "nodejs-polars";
import { columnTransformer } from "../../../../core/learn/preprocessing/column-transformer.ts";
import { OneHotEncoder } from "../../../../core/learn/preprocessing/one-hot-encoder.ts";
import { pipeline } from "../../../../core/learn/preprocessing/pipeline.ts";
import {
  SimpleImputer,
  type SimpleImputerOptions,
} from "../../../../core/learn/preprocessing/simple-imputer.ts";
import { checkTransformer } from "../../../contract/transformer.ts";
import expected from "../../../support/expected/transformers.json";

const train = { a: [1, null, 2, 6, 2], b: [true, false, null, true, true] };
const request = { a: [null, 0.1, -7], b: [null, null, false] };

for (const strategy of ["mean", "median", "most_frequent", "constant"] as const) {
  checkTransformer(`SimpleImputer({ strategy: "${strategy}" })`, {
    make: () => new SimpleImputer({ strategy }),
    train,
    request,
  });
}
for (const strategy of ["most_frequent", "constant"] as const) {
  checkTransformer(`SimpleImputer({ strategy: "${strategy}", addIndicator: true }) of text, encoded`, {
    make: () =>
      pipeline(
        new SimpleImputer({ strategy, addIndicator: true }),
        columnTransformer([[new OneHotEncoder(), ["c"]]], { remainder: "passthrough" }),
      ),
    train: { ...train, c: ["red", "", null, "blue", "red"], full: [1, 2, 3, 4, 5] },
    request: { ...request, c: ["blue", null, "green"], full: [null, 1, 0] },
  });
}

describe("SimpleImputer", () => {
  const numbers = pl.DataFrame({ a: [1, null, 2, 7, 2, 7] });
  test.each<[SimpleImputerOptions, number]>([
    [{}, 3.8], // (1 + 2 + 7 + 2 + 7) / 5
    [{ strategy: "median" }, 2],
    [{ strategy: "most_frequent" }, 2], // 2 and 7 twice each: the smaller, as in scikit-learn
    [{ strategy: "constant" }, 0],
    [{ strategy: "constant", fillValue: -1.5 }, -1.5],
  ])("fills numbers by %j with %d", (options, filled) => {
    expect([...new SimpleImputer(options).fitTransform(numbers).data]).toEqual([1, filled, 2, 7, 2, 7]);
  });

  test("takes the mean of the two middle values as the median of an even number", () => {
    const { data } = new SimpleImputer({ strategy: "median" }).fitTransform(
      pl.DataFrame({ a: [9, 1, 2, 4, null] }),
    );
    expect(data[4]).toBe(3);
  });

  test.each<[SimpleImputerOptions, string[]]>([
    [{ strategy: "most_frequent" }, ["c_blue", "c_red"]], // once each: the first in order
    [{ strategy: "constant" }, ["c_blue", "c_missing_value", "c_red"]],
    [{ strategy: "constant", fillValue: "?" }, ["c_?", "c_blue", "c_red"]],
  ])("fills text by %j for an encoder to read", (options, columns) => {
    const colours = pl.DataFrame({ c: ["red", null, "blue"] });
    const result = pipeline(new SimpleImputer(options), new OneHotEncoder()).fitTransform(colours);
    expect(result.columns).toEqual(columns);
  });

  test("says which values were missing, of the columns that lacked some in fit, as scikit-learn does", () => {
    const frame = pl.DataFrame({
      a: expected.numbers.map(([a]) => a ?? null),
      b: expected.numbers.map(([, b]) => b ?? null),
      full: expected.numbers.map(() => 1),
    });
    const imputer = new SimpleImputer({ strategy: "median", addIndicator: true });
    const both = columnTransformer([[imputer, ["a", "b"]]]).fitTransform(frame);
    expect(both.columns).toEqual(["a", "b", "missingindicator_a", "missingindicator_b"]);
    expect([...both.data]).toEqual(expected.indicator.flat());
    expect(imputer.fitTransform(frame).columns.at(-1)).toBe("missingindicator_b");
  });

  test("cannot give text to a model", () => {
    expect(() =>
      new SimpleImputer({ strategy: "constant" }).fitTransform(pl.DataFrame({ c: ["red"] })),
    ).toThrow('Column "c" holds text; the result of SimpleImputer must be numbers');
  });

  test("refuses the mean of text, a column without values and a fill of the wrong kind", () => {
    const text = pl.DataFrame({ c: ["red", null] });
    expect(() => new SimpleImputer().fit(text)).toThrow(
      'SimpleImputer cannot take the mean of column "c", which holds text',
    );
    expect(() => new SimpleImputer().fit(pl.DataFrame({ a: [null, null] }))).toThrow(/"a" holds no value/);
    expect(() => new SimpleImputer({ strategy: "constant", fillValue: 3 }).fit(text)).toThrow(
      /which holds text/,
    );
    expect(() => new SimpleImputer({ strategy: "constant", fillValue: "x" }).fit(numbers)).toThrow(
      /which holds number/,
    );
  });

  test("refuses a strategy that it does not know, naming those it does", () => {
    const options: Record<string, unknown> = { strategy: "average" };
    expect(() => new SimpleImputer(options)).toThrow(
      'SimpleImputer cannot take "average" as its option "strategy"',
    );
  });
});
