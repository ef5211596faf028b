import { describe, expect, test } from "bun:test";
import pl from "nodejs-polars";
import { MltError } from "../../../../core/errors.ts";
import {
  type ColumnSelectorOptions,
  makeColumnSelector,
} from "../../../../core/learn/preprocessing/column-selector.ts";
import { columnTransformer } from "../../../../core/learn/preprocessing/column-transformer.ts";
import { OneHotEncoder } from "../../../../core/learn/preprocessing/one-hot-encoder.ts";
import { pipeline } from "../../../../core/learn/preprocessing/pipeline.ts";
import { SimpleImputer } from "../../../../core/learn/preprocessing/simple-imputer.ts";
import { StandardScaler } from "../../../../core/learn/preprocessing/standard-scaler.ts";
import { checkTransformer } from "../../../contract/transformer.ts";

const train = {
  age: [30, null, 50, 41],
  colour: ["red", "blue", null, "red"],
  income: [1.5, 2.5, 9.5, null],
  flag: [true, false, true, true],
};
const request = {
  age: [null, 18],
  colour: ["purple", null],
  income: [null, 0.25],
  flag: [false, null],
};
const frame = pl.DataFrame(train);
const numbers = () => pipeline(new SimpleImputer(), new StandardScaler());
const text = () => pipeline(new SimpleImputer({ strategy: "constant" }), new OneHotEncoder());

checkTransformer("columnTransformer()", {
  make: () =>
    columnTransformer([
      [numbers(), ["age", "income"]],
      [text(), ["colour"]],
      ["passthrough", ["flag"]],
    ]),
  train,
  request,
});
checkTransformer("columnTransformer() inside a pipeline, with a remainder", {
  make: () =>
    pipeline(
      columnTransformer([[text(), ["colour"]]], { remainder: "passthrough" }),
      columnTransformer([[numbers(), ["income", "colour_red"]]], { remainder: "passthrough" }),
      new SimpleImputer(),
    ),
  train,
  request,
});

checkTransformer("columnTransformer() with selectors", {
  make: () =>
    columnTransformer([
      [numbers(), makeColumnSelector({ dtypeInclude: "number" })],
      [text(), makeColumnSelector({ dtypeInclude: "text" })],
    ]),
  train,
  request,
});

describe("columnTransformer()", () => {
  test("takes the columns that a selector finds: numbers, text, or names of a pattern", () => {
    const columnsOf = (options: ColumnSelectorOptions) =>
      columnTransformer([
        [text(), ["colour"]],
        ["passthrough", makeColumnSelector(options)],
      ])
        .fitTransform(frame)
        .columns.slice(3);
    expect(columnsOf({ dtypeInclude: "number" })).toEqual(["age", "income", "flag"]);
    expect(columnsOf({ pattern: "^(in|f)" })).toEqual(["income", "flag"]);
    expect(columnsOf({ dtypeInclude: "number", pattern: "a" })).toEqual(["age", "flag"]);
    expect(() => columnsOf({ pattern: "nothing" })).toThrow(
      "makeColumnSelector() finds no column among age, colour, income, flag",
    );
  });

  test("passes through what no selector found", () => {
    const words = makeColumnSelector({ dtypeInclude: "text" });
    const branches = columnTransformer([[text(), words]], { remainder: "passthrough" });
    expect(branches.fitTransform(frame).columns.slice(3)).toEqual(["age", "income", "flag"]);
  });

  test("keeps to the columns that were found in fit", () => {
    const all = columnTransformer([["passthrough", makeColumnSelector()]]).fit(
      pl.DataFrame({ a: [1], b: [2] }),
    );
    expect(all.transform(pl.DataFrame({ c: [9], b: [2], a: [1] })).columns).toEqual(["a", "b"]);
  });

  test("refuses a transformer and its columns that are not a branch", () => {
    const branches: unknown = [new OneHotEncoder(), ["colour"]];
    expect(() => Reflect.apply(columnTransformer, undefined, [branches])).toThrow(
      "columnTransformer() was given a branch without a list of columns",
    );
  });

  test("refuses a selector of a dtype that it does not know, or of no pattern", () => {
    const options: Record<string, unknown> = { dtypeInclude: "float64" };
    expect(() => makeColumnSelector(options)).toThrow(/cannot take "float64" as its option "dtypeInclude"/);
    expect(() => makeColumnSelector({ pattern: "(" })).toThrow(/cannot read "\(" as its option "pattern"/);
  });

  test("sets the results side by side in the order of the branches", () => {
    const branches = columnTransformer([
      ["passthrough", ["flag"]],
      [new OneHotEncoder(), ["colour"]],
    ]);
    const { columns, data } = branches.fitTransform(frame);
    expect(columns).toEqual(["flag", "colour_blue", "colour_red"]);
    // biome-ignore format: a row a line
    expect([...data]).toEqual([
      1, 0, 1,
      0, 1, 0,
      1, 0, 0,
      1, 0, 1,
    ]);
  });

  test("passes the other columns through, last, when asked to", () => {
    const branches = columnTransformer([[new OneHotEncoder(), ["colour"]]], { remainder: "passthrough" });
    expect(branches.fitTransform(frame).columns).toEqual([
      "colour_blue",
      "colour_red",
      "age",
      "income",
      "flag",
    ]);
  });

  test("needs only the columns that it uses", () => {
    const branches = columnTransformer([["passthrough", ["flag"]]]).fit(frame);
    expect([...branches.transform(pl.DataFrame({ new: [9], flag: [true] })).data]).toEqual([1]);
  });

  test("names the nearest column for one that is not there", () => {
    try {
      columnTransformer([[new StandardScaler(), ["incmoe"]]]).fit(frame);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(MltError);
      expect(error).toMatchObject({
        message: 'columnTransformer() finds no column "incmoe"',
        hint: 'Write "income".',
      });
    }
  });

  test("refuses two columns of one name, text that is passed through, and a branch without columns", () => {
    const twice = columnTransformer([
      [new StandardScaler(), ["age"]],
      ["passthrough", ["age"]],
    ]);
    expect(() => twice.fitTransform(frame)).toThrow('columnTransformer() gives two columns called "age"');
    const passing = columnTransformer([["passthrough", ["colour"]]]);
    expect(() => passing.fitTransform(frame)).toThrow(/Column "colour" holds text/);
    const branches = JSON.parse('[["passthrough", "age"]]');
    expect(() => columnTransformer(branches)).toThrow(/list of columns/);
  });
});
