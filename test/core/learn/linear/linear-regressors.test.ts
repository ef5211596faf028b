import { describe, expect, test } from "bun:test";
import type { FitOptions } from "../../../../core/learn/estimator.ts";
import { ElasticNet } from "../../../../core/learn/linear/elastic-net.ts";
import { Lasso } from "../../../../core/learn/linear/lasso.ts";
import { LinearRegression } from "../../../../core/learn/linear/linear-regression.ts";
import type { LinearRegressor } from "../../../../core/learn/linear/linear-regressor.ts";
import { Ridge } from "../../../../core/learn/linear/ridge.ts";
import { Matrix } from "../../../../core/learn/matrix.ts";
import { checkRegressor } from "../../../contract/estimator.ts";
// Written by test/support/expected/linear-models.py with scikit-learn 1.9.1.
import expected from "../../../support/expected/linear-models.json";

checkRegressor("LinearRegression()", () => new LinearRegression());
checkRegressor(
  "LinearRegression({ fitIntercept: false })",
  () => new LinearRegression({ fitIntercept: false }),
);
checkRegressor("Ridge()", () => new Ridge());
checkRegressor("Lasso()", () => new Lasso({ alpha: 0.1 }));
checkRegressor("ElasticNet()", () => new ElasticNet({ alpha: 0.1 }));

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

type Case = [string, LinearRegressor, Expected, number[][], number[], FitOptions?];
const { linear_regression: linear, ridge, lasso, elastic_net: net } = expected;
const weights = { sampleWeight: y.map((_, row) => row % 4) };
const tight = { tol: 1e-14, maxIter: 1_000_000 };

describe("Linear regressors", () => {
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
    ["LinearRegression() of weighted rows", new LinearRegression(), linear.weighted, rows, y, weights],
    ["Ridge() of weighted rows", new Ridge(), ridge.weighted, rows, y, weights],
    ["Lasso()", new Lasso(tight), lasso.alpha_1, rows, y],
    ["Lasso({ alpha: 10 })", new Lasso({ alpha: 10, ...tight }), lasso.alpha_10, rows, y],
    [
      "Lasso({ fitIntercept: false })",
      new Lasso({ fitIntercept: false, ...tight }),
      lasso.no_intercept,
      rows,
      y,
    ],
    ["Lasso() of weighted rows", new Lasso(tight), lasso.weighted, rows, y, weights],
    [
      "Lasso() of fewer rows than columns",
      new Lasso(tight),
      lasso.wide,
      everySixtieth(rows),
      everySixtieth(y),
    ],
    ["ElasticNet()", new ElasticNet(tight), net.plain, rows, y],
    [
      "ElasticNet({ alpha: 0.3, l1Ratio: 0.8 })",
      new ElasticNet({ alpha: 0.3, l1Ratio: 0.8, ...tight }),
      net.mixed,
      rows,
      y,
    ],
    ["ElasticNet() of dependent columns", new ElasticNet(tight), net.deficient, deficient, y],
  ])("agree with scikit-learn on diabetes: %s", (_, model, theirs, X, target, options = {}) => {
    const { coef, intercept, predictions } = theirs;
    model.fit(matrix(X), target, options);
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

  test("Lasso has coefficients of exactly 0, and all of them where alpha is large", () => {
    const zeros = (alpha: number) => new Lasso({ alpha }).fit(matrix(rows), y).coef.filter((w) => w === 0);
    expect(lasso.alpha_10.coef.filter((weight) => weight === 0)).toHaveLength(zeros(10).length);
    expect(zeros(1e4)).toHaveLength(10);
    expect(new Lasso({ alpha: 1e4 }).fit(matrix(rows), y).intercept).toBeCloseTo(
      y.reduce((sum, value) => sum + value, 0) / y.length,
      9,
    );
  });

  test("Lasso says how near it came, and when maxIter was too little", () => {
    const near = new Lasso().fit(matrix(rows), y);
    const exact = new Lasso(tight).fit(matrix(rows), y);
    expect(near.converged).toBe(true);
    expect(minimised(near) - minimised(exact)).toBeLessThanOrEqual(near.dualGap);
    expect(exact.dualGap).toBeLessThan(1e-9);
    expect(near.nIter).toBeLessThan(exact.nIter);
    const short = new Lasso({ maxIter: 1 }).fit(matrix(rows), y);
    expect([short.nIter, short.converged]).toEqual([1, false]);
  });

  test("Lasso of a target that does not vary is that target", () => {
    const model = new Lasso().fit(matrix(rows), Array(rows.length).fill(3));
    expect([model.intercept, model.converged, ...model.coef]).toEqual([3, true, ...Array(10).fill(0)]);
  });

  test("Lasso refuses alpha 0", () => {
    expect(() => new Lasso({ alpha: 0 })).toThrow('Lasso cannot take 0 as its option "alpha"');
  });

  test("Ridge refuses a negative alpha", () => {
    expect(() => new Ridge({ alpha: -1 })).toThrow('Ridge cannot take -1 as its option "alpha"');
  });
});

/** Squared errors / 2n and absolute coefficients: what Lasso minimises with alpha 1. */
function minimised(model: Lasso): number {
  const errors = model.predict(matrix(rows)).map((prediction, row) => (y[row] ?? 0) - prediction);
  const squares = errors.reduce((sum, error) => sum + error ** 2, 0);
  return squares / (2 * rows.length) + model.coef.reduce((sum, weight) => sum + Math.abs(weight), 0);
}

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
