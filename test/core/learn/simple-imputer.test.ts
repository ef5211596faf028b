import { describe, expect, test } from "bun:test";
import pl from "nodejs-polars";
import { OneHotEncoder } from "../../../core/learn/one-hot-encoder.ts";
import { pipeline } from "../../../core/learn/pipeline.ts";
import { SimpleImputer, type SimpleImputerOptions } from "../../../core/learn/simple-imputer.ts";
import { checkTransformer } from "../../contract/transformer.ts";

const train = { a: [1, null, 2, 6, 2], b: [true, false, null, true, true] };
const request = { a: [null, 0.1, -7], b: [null, null, false] };

for (const strategy of ["mean", "median", "most_frequent", "constant"] as const) {
  checkTransformer(`SimpleImputer({ strategy: "${strategy}" })`, {
    make: () => new SimpleImputer({ strategy }),
    train,
    request,
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
