import { describe, expect, test } from "bun:test";
import { DummyRegressor } from "../../../../core/learn/dummy/dummy-regressor.ts";
import { Matrix } from "../../../../core/learn/matrix.ts";
import { checkRegressor } from "../../../contract/estimator.ts";

checkRegressor("DummyRegressor()", () => new DummyRegressor());
checkRegressor('DummyRegressor({ strategy: "median" })', () => new DummyRegressor({ strategy: "median" }));

const X = new Matrix(["x"], Float64Array.of(1, 2, 3, 4));

describe("DummyRegressor", () => {
  test.each([
    ["mean", 4],
    ["median", 2.5],
  ] as const)("answers every row with the %s", (strategy, constant) => {
    const model = new DummyRegressor({ strategy }).fit(X, [2, 10, 1, 3]);
    expect(model.constant).toBe(constant);
    expect([...model.predict(X)]).toEqual([constant, constant, constant, constant]);
  });
});
