import { describe, expect, test } from "bun:test";
import pl from "nodejs-polars";
import type { Transformer } from "../../../../core/learn/estimator.ts";
import { OneHotEncoder } from "../../../../core/learn/preprocessing/one-hot-encoder.ts";
import { pipeline } from "../../../../core/learn/preprocessing/pipeline.ts";
import { SimpleImputer } from "../../../../core/learn/preprocessing/simple-imputer.ts";
import { StandardScaler } from "../../../../core/learn/preprocessing/standard-scaler.ts";
import { checkTransformer } from "../../../contract/transformer.ts";

checkTransformer("pipeline() of numbers", {
  make: () => pipeline(new SimpleImputer({ strategy: "median" }), new StandardScaler()),
  train: { a: [1, null, 4], b: [10, 20, null] },
  request: { a: [null, 2.5], b: [null, -3] },
});
checkTransformer("pipeline() from text, with itself inside", {
  make: () =>
    pipeline(
      pipeline(new SimpleImputer({ strategy: "most_frequent" })),
      new OneHotEncoder({ drop: "first" }),
      new StandardScaler(),
    ),
  train: { c: ["x", "y", null, "y", "z"], n: [1, 2, null, 2, 3] },
  request: { c: [null, "w", "x", "", "z"], n: [1, null, 9, 2, 3] },
});

describe("pipeline()", () => {
  test("fits each step on what the one before gives", () => {
    // Imputed 1, 2, 3; mean 2, standard deviation sqrt(2 / 3).
    const { data } = pipeline(new SimpleImputer(), new StandardScaler()).fitTransform(
      pl.DataFrame({ a: [1, null, 3] }),
    );
    expect([...data]).toEqual([-1 / Math.sqrt(2 / 3), 0, 1 / Math.sqrt(2 / 3)]);
  });

  test("leaves the steps unfitted, so that one can stand in two places", () => {
    const scaler = new StandardScaler();
    const twice = pipeline(scaler, scaler).fit(pl.DataFrame({ a: [1, 3] }));
    expect([...twice.transform(pl.DataFrame({ a: [1, 3] })).data]).toEqual([-1, 1]);
    expect(() => scaler.transform(pl.DataFrame({ a: [1] }))).toThrow(/not fitted/);
  });

  test("refuses to be empty, and steps that are none of mlt's", () => {
    expect(() => pipeline()).toThrow("pipeline() was given no steps");
    const result = new StandardScaler().fitTransform(pl.DataFrame({ a: [1, 3] }));
    const foreign: Transformer = {
      name: "Foreign",
      fit: () => foreign,
      transform: () => result,
      fitTransform: () => result,
      toJSON: () => null,
      restore: () => foreign,
    };
    expect(() => pipeline(foreign)).toThrow(/no transformer of mlt's/);
  });

  test("refuses the state of a pipeline of other length", () => {
    const frame = pl.DataFrame({ a: [1, 3] });
    const state = JSON.parse(JSON.stringify(pipeline(new StandardScaler()).fit(frame)));
    expect(() => pipeline(new StandardScaler(), new StandardScaler()).restore(state)).toThrow(
      /Cannot restore/,
    );
  });
});
