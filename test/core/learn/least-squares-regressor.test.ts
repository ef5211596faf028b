import { describe, expect, test } from "bun:test";
import type { LeastSquaresRegressor } from "../../../core/learn/least-squares-regressor.ts";
import { LinearRegression } from "../../../core/learn/linear-regression.ts";
import { Matrix } from "../../../core/learn/matrix.ts";
import { Ridge } from "../../../core/learn/ridge.ts";
import { checkRegressor } from "../../contract/estimator.ts";
// Written by test/support/expected/linear-models.py with scikit-learn 1.9.1.
import expected from "../../support/expected/linear-models.json";

checkRegressor("LinearRegression()", () => new LinearRegression());
checkRegressor(
  "LinearRegression({ fitIntercept: false })",
  () => new LinearRegression({ fitIntercept: false }),
);
checkRegressor("Ridge()", () => new Ridge());

const rows = expected.diabetes.map((row) => row.map(Math.fround));
const y = expected.diabetes_target;
/** The first column twice, and the sum of the second and the third. */
const deficient = rows.map((row) => [...row, row[0] ?? 0, (row[1] ?? 0) + (row[2] ?? 0)]);
const everySixtieth = <Value>(values: readonly Value[]) => values.filter((_, row) => row % 60 === 0);

interface Expected {
  readonly coef: readonly number[];
  readonly intercept: number;
  readonly predictions: readonly number[];
}

type Case = [string, LeastSquaresRegressor, Expected, number[][], number[]];
const { linear_regression: linear, ridge } = expected;

describe("LinearRegression and Ridge", () => {
  test.each<Case>([
    ["LinearRegression()", new LinearRegression(), linear.plain, rows, y],
    [
      "LinearRegression({ fitIntercept: false })",
      new LinearRegression({ fitIntercept: false }),
      linear.no_intercept,
      rows,
      y,
    ],
    ["LinearRegression() of dependent columns", new LinearRegression(), linear.deficient, deficient, y],
    [
      "LinearRegression() of fewer rows than columns",
      new LinearRegression(),
      linear.wide,
      everySixtieth(rows),
      everySixtieth(y),
    ],
    ["Ridge()", new Ridge(), ridge.alpha_1, rows, y],
    ["Ridge({ alpha: 1000 })", new Ridge({ alpha: 1000 }), ridge.alpha_1000, rows, y],
    ["Ridge({ fitIntercept: false })", new Ridge({ fitIntercept: false }), ridge.no_intercept, rows, y],
    ["Ridge() of dependent columns", new Ridge(), ridge.deficient, deficient, y],
    ["Ridge({ alpha: 0 })", new Ridge({ alpha: 0 }), linear.plain, rows, y],
  ])("agree with scikit-learn on diabetes: %s", (_, model, { coef, intercept, predictions }, X, target) => {
    model.fit(matrix(X), target);
    expect(largestGap(model.coef, coef)).toBeLessThan(1e-8);
    expect(model.intercept).toBeCloseTo(intercept, 8);
    const ours = model.predict(matrix(X.filter((_row, index) => index % 40 === 0)));
    expect(largestGap(ours, predictions)).toBeLessThan(1e-8);
  });

  test("keep their accuracy where the normal equations lose it", () => {
    // Läuchli's matrix: y is exactly 1 · x0 + 2 · x1, but 1 + e² is 1 in float64 for e = 1e-9.
    const e = 1e-9;
    const X = new Matrix(["x0", "x1"], Float64Array.of(1, 1, e, 0, 0, e));
    const [first = 0, second = 0] = new LinearRegression({ fitIntercept: false }).fit(X, [3, e, 2 * e]).coef;
    expect(first).toBeCloseTo(1, 5);
    expect(second).toBeCloseTo(2, 5);
  });

  test("give a constant column no weight", () => {
    const constant = matrix(rows.map((row) => [row[2] ?? 0, 0.1]));
    expect(new LinearRegression().fit(constant, y).coef[1]).toBe(0);
    expect(new Ridge().fit(constant, y).coef[1]).toBe(0);
  });

  test("Ridge refuses a negative alpha", () => {
    expect(() => new Ridge({ alpha: -1 })).toThrow('Ridge cannot take -1 as its option "alpha"');
  });
});

function matrix(values: readonly (readonly number[])[]): Matrix {
  return new Matrix(
    Array.from(values[0] ?? [], (_, column) => `x${column}`),
    Float64Array.from(values.flat()),
  );
}

function largestGap(ours: ArrayLike<number>, theirs: readonly number[]): number {
  expect(ours).toHaveLength(theirs.length);
  return Math.max(...theirs.map((value, index) => Math.abs(value - (ours[index] ?? Number.NaN))));
}
