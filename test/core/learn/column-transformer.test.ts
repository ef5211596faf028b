import { describe, expect, test } from "bun:test";
import pl from "nodejs-polars";
import { MltError } from "../../../core/errors.ts";
import { columnTransformer } from "../../../core/learn/column-transformer.ts";
import { OneHotEncoder } from "../../../core/learn/one-hot-encoder.ts";
import { pipeline } from "../../../core/learn/pipeline.ts";
import { SimpleImputer } from "../../../core/learn/simple-imputer.ts";
import { StandardScaler } from "../../../core/learn/standard-scaler.ts";
import { checkTransformer } from "../../contract/transformer.ts";

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

describe("columnTransformer()", () => {
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
