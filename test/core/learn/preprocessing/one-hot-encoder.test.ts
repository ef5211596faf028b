import { describe, expect, test } from "bun:test";
import pl from "nodejs-polars";
import { MltError } from "../../../../core/errors.ts";
import { OneHotEncoder } from "../../../../core/learn/preprocessing/one-hot-encoder.ts";
import { checkTransformer } from "../../../contract/transformer.ts";

const train = {
  colour: ["red", "green", "blå", null, "green"],
  size: [3, 10, 2, null, 3],
  flag: [true, false, null, true, true],
};
const request = {
  colour: ["blå", "purple", null, "", "Red"],
  size: [10, 2.5, null, 3.0000001, -3],
  flag: [null, true, false, true, false],
};

for (const drop of [null, "first", "if_binary"] as const) {
  checkTransformer(`OneHotEncoder({ drop: ${drop} })`, {
    make: () => new OneHotEncoder({ drop }),
    train,
    request,
  });
}

describe("OneHotEncoder", () => {
  test("has a column for each category, in sorted order", () => {
    const { columns, data } = new OneHotEncoder().fitTransform(
      pl.DataFrame({ c: ["b", "a", "b"], n: [10, 9, -1] }),
    );
    expect(columns).toEqual(["c_a", "c_b", "n_-1", "n_9", "n_10"]);
    // biome-ignore format: a row a line
    expect([...data]).toEqual([
      0, 1, 0, 0, 1,
      1, 0, 0, 1, 0,
      0, 1, 1, 0, 0,
    ]);
  });

  test("gives a missing or unseen value zeros only", () => {
    const encoder = new OneHotEncoder().fit(pl.DataFrame({ c: ["b", "a", null] }));
    expect([...encoder.transform(pl.DataFrame({ c: ["x", null, "a"] })).data]).toEqual([0, 0, 0, 0, 1, 0]);
  });

  test("reads a request whose only text is missing", () => {
    const encoder = new OneHotEncoder().fit(pl.DataFrame({ c: ["b", "a"] }));
    expect([...encoder.transform(pl.DataFrame({ c: [null] })).data]).toEqual([0, 0]);
  });

  test.each([
    ["first", ["c_b", "n_2", "n_3"]],
    ["if_binary", ["c_b", "n_1", "n_2", "n_3"]],
  ] as const)("with drop %j leaves a first category out", (drop, columns) => {
    const frame = pl.DataFrame({ c: ["b", "a", "b"], n: [3, 1, 2] });
    expect(new OneHotEncoder({ drop }).fitTransform(frame).columns).toEqual([...columns]);
  });

  test("refuses numbers that cannot be categories", () => {
    expect(() => new OneHotEncoder().fit(pl.DataFrame({ n: [1, 0.5] }))).toThrow(/Column "n" holds 0.5/);
    // 2 ** 24 + 2 is the first even number beyond those that float32 tells apart from their neighbours.
    expect(() => new OneHotEncoder().fit(pl.DataFrame({ n: [2 ** 24 + 2] }))).toThrow(/"n" holds 16777218/);
    expect(new OneHotEncoder().fitTransform(pl.DataFrame({ n: [2 ** 24] })).columns).toEqual(["n_16777216"]);
  });

  test("refuses a column of another kind than in fit", () => {
    const encoder = new OneHotEncoder().fit(pl.DataFrame({ c: ["a"] }));
    expect(() => encoder.transform(pl.DataFrame({ c: [1] }))).toThrow(
      'Column "c" holds numbers; OneHotEncoder was fitted on text',
    );
    const ofNumbers = new OneHotEncoder().fit(pl.DataFrame({ c: [1] }));
    expect(() => ofNumbers.transform(pl.DataFrame({ c: ["a"] }))).toThrow(
      'Column "c" holds text; OneHotEncoder was fitted on numbers',
    );
  });

  test('refuses handleUnknown: "error", which no ONNX graph could keep', () => {
    const options: Record<string, unknown> = { handleUnknown: "error" };
    expect(() => new OneHotEncoder(options)).toThrow(MltError);
  });
});
