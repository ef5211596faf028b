import { describe, expect, test } from "bun:test";
import pl from "nodejs-polars";
import type { Transformer } from "../../../../core/learn/estimator.ts";
import { LogTransformer } from "../../../../core/learn/preprocessing/log-transformer.ts";
import { MinMaxScaler } from "../../../../core/learn/preprocessing/min-max-scaler.ts";
import { RobustScaler } from "../../../../core/learn/preprocessing/robust-scaler.ts";
import { checkTransformer } from "../../../contract/transformer.ts";
import expected from "../../../support/expected/transformers.json";

const train = {
  a: [1, 2, 3, 6, null],
  big: [1e9, 1e9 + 640, 1e9, 1e9 + 640, 1e9],
  constant: [7, 7, 7, 7, 7],
};
const request = { a: [3, null, -1e30], big: [0, 1, 2], constant: [7, 5, null] };
for (const [name, make] of Object.entries<() => Transformer>({
  MinMaxScaler: () => new MinMaxScaler(),
  "MinMaxScaler({ featureRange: [-1, 3] })": () => new MinMaxScaler({ featureRange: [-1, 3] }),
  "MinMaxScaler({ clip: true })": () => new MinMaxScaler({ clip: true }),
  RobustScaler: () => new RobustScaler(),
  "RobustScaler({ withScaling: false })": () => new RobustScaler({ withScaling: false }),
})) {
  checkTransformer(name, { make, train, request });
}
checkTransformer("LogTransformer", {
  make: () => new LogTransformer(),
  train: { a: [0, 1e-30, null, 3.4e38], b: [-0.75, 1, 2, 1e-9] },
  request: { a: [-1e-30, -0.999_999_94, 1.5], b: [null, -1, -7] },
});

/** Rows of two numbers as a frame. */
function frameOf(rows: readonly (readonly (number | null)[])[]) {
  return pl.DataFrame({ a: rows.map(([a]) => a ?? null), b: rows.map(([, b]) => b ?? null) });
}

describe("the scalers give what scikit-learn gives", () => {
  test.each<[string, Transformer, readonly (readonly (number | null)[])[], (number | null)[][]]>([
    ["MinMaxScaler", new MinMaxScaler(), expected.numbers, expected.min_max],
    ["a range", new MinMaxScaler({ featureRange: [-1, 3] }), expected.numbers, expected.min_max_range],
    ["RobustScaler", new RobustScaler(), expected.numbers, expected.robust],
    [
      "other quantiles",
      new RobustScaler({ quantileRange: [10, 80], withCentering: false }),
      expected.numbers,
      expected.robust_wide,
    ],
    ["LogTransformer", new LogTransformer(), expected.positive, expected.log1p],
  ])("%s", (_, transformer, rows, scaled) => {
    const { data } = transformer.fitTransform(frameOf(rows));
    for (const [index, value] of scaled.flat().entries()) {
      if (value === null) expect(data[index]).toBeNaN();
      // 1e-12 of the value: of a tiny one too.
      else expect(Math.abs((data[index] ?? 0) - value)).toBeLessThanOrEqual(1e-12 * Math.abs(value));
    }
  });
});

describe("MinMaxScaler", () => {
  test("lets other rows lie outside of the range, or clips them", () => {
    const fitted = pl.DataFrame({ a: [10, 20] });
    const other = pl.DataFrame({ a: [5, 15, 40, null] });
    expect([...new MinMaxScaler().fit(fitted).transform(other).data]).toEqual([-0.5, 0.5, 3, Number.NaN]);
    const clipped = new MinMaxScaler({ clip: true }).fit(fitted).transform(other);
    expect([...clipped.data]).toEqual([0, 0.5, 1, Number.NaN]);
  });

  test("brings a constant column to the first end", () => {
    const scaler = new MinMaxScaler({ featureRange: [2, 3] });
    expect([...scaler.fitTransform(pl.DataFrame({ a: [7, 7] })).data]).toEqual([2, 2]);
  });

  test("refuses text, and a range that is upside down or none", () => {
    expect(() => new MinMaxScaler().fit(pl.DataFrame({ a: ["x"] }))).toThrow(/Column "a" holds text/);
    expect(() => new MinMaxScaler({ featureRange: [1, 1] })).toThrow("cannot scale to the range 1 to 1");
    const options: Record<string, unknown> = { featureRange: "wide" };
    expect(() => new MinMaxScaler(options)).toThrow(/option "featureRange"/);
  });
});

describe("RobustScaler", () => {
  test("divides by the distance of the quartiles, by 1 where there is none", () => {
    // Median 3, quartiles 2 and 4; the outlier changes nothing.
    const frame = pl.DataFrame({ a: [1, 2, 3, 4, 1000], same: [5, 5, 5, 5, 9] });
    expect([...new RobustScaler().fitTransform(frame).data]).toEqual([
      -1, 0, -0.5, 0, 0, 0, 0.5, 0, 498.5, 4,
    ]);
  });

  test("refuses quantiles that are upside down or no percentages", () => {
    expect(() => new RobustScaler({ quantileRange: [75, 25] })).toThrow("by the quantiles 75 to 25");
    expect(() => new RobustScaler({ quantileRange: [0, 101] })).toThrow(/option "quantileRange"/);
  });
});

describe("LogTransformer", () => {
  test("keeps the digits of tiny values, and makes of -1 and less what a logarithm makes of them", () => {
    const log = new LogTransformer().fit(pl.DataFrame({ a: [0] }));
    const tiny = Math.fround(1e-20);
    const { data } = log.transform(pl.DataFrame({ a: [tiny, -1, -2] }));
    expect([...data]).toEqual([tiny, Number.NEGATIVE_INFINITY, Number.NaN]);
  });

  test("refuses to learn from -1 and less", () => {
    expect(() => new LogTransformer().fit(pl.DataFrame({ a: [3, -1] }))).toThrow(
      'Column "a" holds -1; LogTransformer takes numbers above -1',
    );
  });
});
