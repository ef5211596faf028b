import { describe, expect, test } from "bun:test";
import pl from "nodejs-polars";
import type { Frame } from "../../../../core/learn/frame.ts";
import { columnTransformer } from "../../../../core/learn/preprocessing/column-transformer.ts";
import { pipeline } from "../../../../core/learn/preprocessing/pipeline.ts";
import { SimpleImputer } from "../../../../core/learn/preprocessing/simple-imputer.ts";
import { StandardScaler } from "../../../../core/learn/preprocessing/standard-scaler.ts";
import {
  TargetEncoder,
  type TargetEncoderOptions,
} from "../../../../core/learn/preprocessing/target-encoder.ts";
import { stratifiedFolds } from "../../../../core/learn/split/folds.ts";
import { checkTransformer } from "../../../contract/transformer.ts";
import expected from "../../../support/expected/transformers.json";

const { colours, shops, amount, binary, kinds } = expected;
const frame: Frame = pl.DataFrame({ colour: colours, shop: shops });

const train = {
  colour: [null, "red", "blue", "red", "", "blue", "red", "green"],
  shop: [3, null, -7, 3, 3, 16_777_216, null, -7],
};
const request = { colour: ["Red", "", "blue", null], shop: [-0, 2.5, null, 3] };
const targets = {
  continuous: [0.5, 1, 2, 3.25, 1e6, -4, 2, 2],
  binary: [0, 1, 1, 0, 1, 1, 0, 0],
  multiclass: ["a", "b", "a", "c", "a", "b", "b", "c"],
};
for (const [type, y] of Object.entries(targets)) {
  checkTransformer(`TargetEncoder of a ${type} target`, {
    make: () => new TargetEncoder({ cv: 2 }),
    train,
    y,
    request,
  });
}
checkTransformer("TargetEncoder between other transformers", {
  make: () =>
    columnTransformer(
      [
        [
          pipeline(
            new SimpleImputer({ strategy: "constant" }),
            new TargetEncoder({ cv: 2 }),
            new StandardScaler(),
          ),
          ["colour"],
        ],
      ],
      { remainder: "passthrough" },
    ),
  train,
  y: targets.binary,
  request,
});

const rowsOf = (rows: Int32Array) =>
  pl.DataFrame({
    colour: Array.from(rows, (row) => colours[row] ?? ""),
    shop: Array.from(rows, (row) => shops[row] ?? 0),
  });

describe("TargetEncoder", () => {
  test.each<[string, TargetEncoderOptions, readonly (number | string)[], (number | null)[][]]>([
    ["numbers", { targetType: "continuous" }, amount, expected.target_continuous],
    ["a fixed smoothing", { targetType: "continuous", smooth: 2.5 }, amount, expected.target_smooth],
    ["no smoothing", { targetType: "continuous", smooth: 0 }, amount, expected.target_raw],
    ["two classes", { cv: 4 }, binary, expected.target_binary],
    ["three classes", { cv: 4 }, kinds, expected.target_multiclass],
  ])("encodes what comes later as scikit-learn does, of %s", (_, options, y, encoded) => {
    const encoder = new TargetEncoder(options).fit(frame, y);
    const later = new TargetEncoder(options).restore(JSON.parse(JSON.stringify(encoder))).transform(frame);
    for (const [index, value] of encoded.flat().entries()) {
      expect(later.data[index]).toBeCloseTo(value ?? Number.NaN, 12);
    }
    expect(later.data).toHaveLength(encoded.flat().length);
  });

  test("encodes the rows that it learns from by the rows of the other folds", () => {
    const strata = Int32Array.from(binary);
    const crossed = new TargetEncoder({ cv: 4, randomState: 7 }).fitTransform(frame, binary);
    for (const { train: others, test: fold } of stratifiedFolds(strata, 4, 7)) {
      const encoder = new TargetEncoder({ cv: 2 }).fit(
        rowsOf(others),
        Array.from(others, (row) => binary[row] ?? 0),
      );
      const encoded = encoder.transform(rowsOf(fold));
      for (const [at, row] of fold.entries()) {
        for (const column of [0, 1]) {
          expect(crossed.data[2 * row + column]).toBeCloseTo(encoded.data[2 * at + column] ?? Number.NaN, 12);
        }
      }
    }
  });

  test("shows a model no target of its own row: of pure noise nothing can be learned", () => {
    // Every row its own category: each fold knows nothing of it, and says the mean of the others.
    const alone = pl.DataFrame({ id: Array.from({ length: 24 }, (_, row) => `row ${row}`) });
    const { data } = new TargetEncoder({ cv: 4 }).fitTransform(alone, binary);
    const half = binary.reduce((sum, y) => sum + y, 0) / 24;
    for (const value of data) expect(Math.abs(value - half)).toBeLessThan(0.1);
  });

  test("knows the rows that it was fitted on by what they hold, and in their order only", () => {
    const encoder = new TargetEncoder();
    const crossed = encoder.fitTransform(frame, binary);
    expect([...encoder.transform(pl.DataFrame({ colour: colours, shop: shops })).data]).toEqual([
      ...crossed.data,
    ]);
    const reversed = encoder.transform(
      pl.DataFrame({ colour: colours.toReversed(), shop: shops.toReversed() }),
    );
    const places = reversed.data.length / 2;
    const pairs = Array.from({ length: places }, (_, row) => reversed.data[2 * row]).toReversed();
    expect(pairs).not.toEqual(Array.from({ length: places }, (_, row) => crossed.data[2 * row]));
    encoder.fit(rowsOf(Int32Array.from({ length: 12 }, (_, row) => row)), binary.slice(0, 12));
    expect([...encoder.transform(frame).data]).not.toEqual([...crossed.data]);
  });

  test("deals the folds out by its seed", () => {
    const encode = (randomState: number) => [
      ...new TargetEncoder({ randomState }).fitTransform(frame, binary).data,
    ];
    expect(encode(1)).toEqual(encode(1));
    expect(encode(1)).not.toEqual(encode(2));
  });

  test("names a column for each of more than two classes", () => {
    expect(new TargetEncoder().fitTransform(frame, kinds).columns).toEqual([
      "colour_high",
      "colour_low",
      "colour_mid",
      "shop_high",
      "shop_low",
      "shop_mid",
    ]);
    expect(new TargetEncoder().fitTransform(frame, binary).columns).toEqual(["colour", "shop"]);
  });

  test("refuses to learn without y, from y of another length, and from too few rows", () => {
    expect(() => new TargetEncoder().fit(frame)).toThrow("TargetEncoder was given no y to learn from");
    expect(() => new TargetEncoder().fit(frame, binary.slice(1))).toThrow(/24 rows of X and 23 values of y/);
    expect(() => new TargetEncoder({ cv: 30 }).fit(frame, amount)).toThrow(
      "TargetEncoder cannot deal 24 rows out to 30 folds",
    );
  });

  test("refuses y that does not fit its type", () => {
    expect(() => new TargetEncoder({ targetType: "binary" }).fit(frame, kinds)).toThrow(
      "TargetEncoder was told that y is binary, and y has 3 classes",
    );
    expect(() => new TargetEncoder({ targetType: "continuous" }).fit(frame, kinds)).toThrow(
      /needs a finite number/,
    );
    expect(() => new TargetEncoder().fit(frame, Array(24).fill(1))).toThrow(/one class only/);
    const many = Array.from({ length: 150 }, (_, row) => row);
    const wide = pl.DataFrame({ a: many.map((row) => `${row % 3}`) });
    expect(() => new TargetEncoder().fit(wide, many)).toThrow("TargetEncoder would take y for 150 classes");
    expect(new TargetEncoder({ targetType: "continuous" }).fitTransform(wide, many).columns).toEqual(["a"]);
  });
});
