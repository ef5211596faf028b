import { describe, expect, test } from "bun:test";
import pl from "nodejs-polars";
import { StandardScaler } from "../../../../core/learn/preprocessing/standard-scaler.ts";
import { checkTransformer } from "../../../contract/transformer.ts";

const train = { a: [1, 2, 3, 6], big: [1e9, 1e9 + 640, 1e9, 1e9 + 640], constant: [0.1, 0.1, 0.1, 0.1] };
const request = { a: [3, null, -1e30], big: [0, 1, 2], constant: [0.1, 5, null] };

checkTransformer("StandardScaler", { make: () => new StandardScaler(), train, request });
checkTransformer("StandardScaler({ withMean: false })", {
  make: () => new StandardScaler({ withMean: false }),
  train,
  request,
});
checkTransformer("StandardScaler({ withStd: false })", {
  make: () => new StandardScaler({ withStd: false }),
  train,
  request,
});

describe("StandardScaler", () => {
  test("divides by the standard deviation over n rows", () => {
    // Mean 3, squared deviations 4, 1, 0, 9: standard deviation sqrt(14 / 4).
    const { data, columns } = new StandardScaler().fitTransform(pl.DataFrame({ a: [1, 2, 3, 6] }));
    const std = Math.sqrt(3.5);
    expect(columns).toEqual(["a"]);
    expect([...data]).toEqual([-2 / std, -1 / std, 0, 3 / std]);
  });

  test("only shifts a constant column", () => {
    const scaler = new StandardScaler().fit(pl.DataFrame({ a: [0.1, 0.1, 0.1] }));
    const [same, other] = scaler.transform(pl.DataFrame({ a: [0.1, 1.1] })).data;
    expect(same).toBe(0);
    expect(other).toBeCloseTo(1, 6);
  });

  test("passes over missing values", () => {
    const { data } = new StandardScaler().fitTransform(pl.DataFrame({ a: [1, null, 3] }));
    expect([...data]).toEqual([-1, Number.NaN, 1]);
  });

  test("refuses text, a column without values and an unknown option", () => {
    expect(() => new StandardScaler().fit(pl.DataFrame({ a: ["x"] }))).toThrow(/Column "a" holds text/);
    expect(() => new StandardScaler().fit(pl.DataFrame({ a: [null, null] }))).toThrow(/"a" holds no value/);
    const options: Record<string, unknown> = { withmean: false };
    expect(() => new StandardScaler(options)).toThrow('StandardScaler has no option "withmean"');
  });
});
