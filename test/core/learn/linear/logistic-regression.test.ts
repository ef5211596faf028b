import { describe, expect, test } from "bun:test";
import { workerThreads } from "../../../../adapters/threads/worker-threads.ts";
import type { FitOptions } from "../../../../core/learn/estimator.ts";
import {
  LogisticRegression,
  type LogisticRegressionOptions,
} from "../../../../core/learn/linear/logistic-regression.ts";
import { Matrix } from "../../../../core/learn/matrix.ts";
import { seededRandom } from "../../../../core/learn/random.ts";
import { oneThread } from "../../../../core/learn/threads.ts";
import { checkClassifier } from "../../../contract/estimator.ts";
// Written by test/support/expected/linear-models.py with scikit-learn 1.9.1, tol=1e-10.
import expected from "../../../support/expected/linear-models.json";

checkClassifier("LogisticRegression()", () => new LogisticRegression());
checkClassifier('LogisticRegression({ penalty: "l1" })', () => new LogisticRegression({ penalty: "l1" }));
checkClassifier(
  "LogisticRegression({ penalty: null, fitIntercept: false })",
  () => new LogisticRegression({ penalty: null, fitIntercept: false }),
);

const target = expected.iris_target;
const raw = matrix(expected.iris);
const stretched = matrix(expected.iris.map(([a = 0, b = 0, c = 0, d = 0]) => [a * 1000, b, c * 0.01, d]));
const twoClasses = matrix(expected.iris.filter((_, row) => target[row] !== 1));

const versicolor = target.map((label) => Number(label === 1));
const sampleWeight = target.map((_, row) => row % 4);

type Name = keyof typeof expected.logistic_regression;
type Case = [Name, LogisticRegressionOptions, Matrix, number[], FitOptions?];

describe("LogisticRegression", () => {
  test.each<Case>([
    ["raw", {}, raw, target],
    ["scaled", {}, scaled(raw), target],
    ["stretched", {}, stretched, target],
    ["strong_penalty", { C: 0.01 }, raw, target],
    ["no_intercept", { fitIntercept: false }, raw, target],
    ["binary", {}, twoClasses, target.filter((label) => label !== 1)],
    ["no_penalty", { penalty: null }, raw, versicolor],
    ["l1", { penalty: "l1" }, scaled(raw), target],
    ["l1_strong", { penalty: "l1", C: 0.1 }, scaled(raw), target],
    ["l1_binary", { penalty: "l1", C: 0.3 }, scaled(raw), versicolor],
    ["l1_no_intercept", { penalty: "l1", fitIntercept: false }, scaled(raw), target],
    ["l1_weighted", { penalty: "l1" }, scaled(raw), target, { sampleWeight }],
    ["elasticnet", { penalty: "elasticnet", l1Ratio: 0.4, C: 0.5 }, scaled(raw), target],
    ["elasticnet_binary", { penalty: "elasticnet", l1Ratio: 0.7 }, scaled(raw), versicolor],
    ["weighted", {}, raw, target, { sampleWeight }],
    ["balanced", { classWeight: "balanced" }, raw, versicolor, { sampleWeight }],
    ["class_weight", { classWeight: { "0": 2.5, "2": 0.25 } }, raw, target],
  ])("agrees with scikit-learn on iris: %s", (name, options, X, y, weights = {}) => {
    const model = new LogisticRegression(options).fit(X, y, weights);
    const { coef, intercept, probabilities } = expected.logistic_regression[name];
    expect(
      largestGap(
        model.coef.flatMap((row) => [...row]),
        coef.flat(),
      ),
    ).toBeLessThan(1e-5);
    expect(largestGap(model.intercept, intercept)).toBeLessThan(1e-4);
    const k = model.classes.length;
    const ours = probabilities.flatMap((_, index) => [
      ...model.predictProba(X).slice(index * 15 * k, (index * 15 + 1) * k),
    ]);
    expect(largestGap(ours, probabilities.flat())).toBeLessThan(1e-6);
    expect(model.converged).toBe(true);
  });

  test("agrees with scikit-learn where there are so many rows that some of them are asked first", () => {
    // Every row 300 times is 300 times the loss: with C / 300 the same function.
    const copies = 300;
    const X = new Matrix(raw.columns, repeat(raw.data, copies));
    const model = new LogisticRegression({ C: 1 / copies }).fit(X, repeat(Float64Array.from(target), copies));
    const { coef, intercept } = expected.logistic_regression.raw;
    expect(
      largestGap(
        model.coef.flatMap((row) => [...row]),
        coef.flat(),
      ),
    ).toBeLessThan(1e-5);
    expect(largestGap(model.intercept, intercept)).toBeLessThan(1e-4);
    expect(model.converged).toBe(true);
  });

  test.each([2, 3])("gives the same to the last bit on any number of threads, for %d classes", (k) => {
    const random = seededRandom(k);
    const X = new Matrix(
      Array.from({ length: 40 }, (_, column) => `x${column}`),
      Float64Array.from({ length: 40 * 100_000 }, random),
    );
    const y = Array.from({ length: X.nRows }, (_, row) =>
      Math.floor((k * ((X.data[row * 40] ?? 0) + random())) / 2),
    );
    const [alone, together] = [oneThread, workerThreads(() => 2)].map((threads) =>
      new LogisticRegression({}, { threads, seed: 0 }).fit(X, y),
    );
    expect(together?.coef).toEqual(alone?.coef ?? []);
    expect(together?.intercept).toEqual(alone?.intercept);
  });

  test("finds the same from many columns, where it keeps no matrix of second derivatives", () => {
    // Each column as 80 columns: the absolute coefficients of a column add up to its own, however they are shared out.
    const X = scaled(raw);
    const wide = new Matrix(
      Array.from({ length: 320 }, (_, column) => `x${column}`),
      Float64Array.from({ length: 150 * 320 }, (_, at) => {
        const row = Math.floor(at / 320);
        return X.data[row * 4 + (at % 4)] ?? 0;
      }),
    );
    const { coef } = new LogisticRegression({ penalty: "l1", C: 0.3 }).fit(wide, versicolor);
    const sums = [0, 1, 2, 3].map((column) =>
      (coef[0] ?? new Float64Array()).reduce((sum, weight, at) => sum + (at % 4 === column ? weight : 0), 0),
    );
    expect(largestGap(sums, expected.logistic_regression.l1_binary.coef.flat())).toBeLessThan(1e-4);
  });

  test("has coefficients of exactly 0 where their absolute values are penalised", () => {
    const zeros = (C: number) =>
      new LogisticRegression({ penalty: "l1", C })
        .fit(scaled(raw), target)
        .coef.flatMap((row) => [...row.map((weight) => Number(weight === 0))])
        .reduce((sum, isZero) => sum + isZero, 0);
    // The zeros of l1 and l1_strong in what scikit-learn's saga found.
    expect([zeros(1), zeros(0.1), zeros(1e-4)]).toEqual([6, 8, 12]);
  });

  test("gives a constant column no weight", () => {
    const constant = matrix(expected.iris.map(([a = 0, b = 0]) => [a, b, 0.1]));
    for (const weights of new LogisticRegression().fit(constant, target).coef)
      expect(Math.abs(weights[2] ?? 1)).toBe(0);
  });

  test("says when maxIter was too little", () => {
    const model = new LogisticRegression({ maxIter: 2 }).fit(raw, target);
    expect([model.nIter, model.converged]).toEqual([2, false]);
  });

  test("stays finite where no finite coefficients are best", () => {
    const model = new LogisticRegression({ penalty: null }).fit(matrix([[0], [1], [2], [3]]), [0, 0, 1, 1]);
    expect(model.converged).toBe(false);
    expect(model.predict(matrix([[-1000], [1000]]))).toEqual(["0", "1"]);
    expect([...model.predictProba(matrix([[-1000], [1000]]))]).toEqual([1, 0, 0, 1]);
  });

  test.each<[LogisticRegressionOptions, string]>([
    [{ penalty: "elasticnet" }, 'LogisticRegression was given penalty "elasticnet" and no l1Ratio'],
    [{ penalty: "l1", l1Ratio: 0.5 }, 'LogisticRegression was given l1Ratio 0.5 and penalty "l1"'],
    [{ penalty: "elasticnet", l1Ratio: 1.5 }, 'LogisticRegression cannot take 1.5 as its option "l1Ratio"'],
    [{ classWeight: { a: 0 } }, 'LogisticRegression cannot take [object Object] as its option "classWeight"'],
    [{ C: 0 }, 'LogisticRegression cannot take 0 as its option "C"'],
    [{ C: Number.NaN }, 'LogisticRegression cannot take NaN as its option "C"'],
    [{ maxIter: 1.5 }, 'LogisticRegression cannot take 1.5 as its option "maxIter"'],
  ])("refuses the options %j", (options, message) => {
    expect(() => new LogisticRegression(options)).toThrow(message);
  });

  test("refuses a class weight for a label that no row has", () => {
    expect(() => new LogisticRegression({ classWeight: { "7": 2 } }).fit(raw, target)).toThrow(
      'LogisticRegression was given a classWeight for "7", a label that no row has',
    );
  });

  test("names the nearest option for one that it does not have", () => {
    const options: Record<string, unknown> = { maxiter: 7 };
    expect(() => new LogisticRegression(options)).toThrow(
      expect.objectContaining({
        message: 'LogisticRegression has no option "maxiter"',
        hint: "Write maxIter.",
      }),
    );
  });
});

function matrix(rows: readonly (readonly number[])[]): Matrix {
  const names = Array.from(rows[0] ?? [], (_, column) => `x${column}`);
  return new Matrix(names, Float64Array.from(rows.flat(), Math.fround));
}

function repeat(values: Float64Array, copies: number): Float64Array {
  return Float64Array.from({ length: values.length * copies }, (_, at) => values[at % values.length] ?? 0);
}

/** The columns with mean 0 and standard deviation 1, computed as numpy does. */
function scaled({ columns, nRows, data }: Matrix): Matrix {
  const width = columns.length;
  const values = columns.map((_, column) => data.filter((_value, at) => at % width === column));
  const means = values.map((column) => column.reduce((sum, value) => sum + value, 0) / nRows);
  const stds = values.map((column, index) =>
    Math.sqrt(column.reduce((sum, value) => sum + (value - (means[index] ?? 0)) ** 2, 0) / nRows),
  );
  return new Matrix(
    columns,
    data.map((value, at) => (value - (means[at % width] ?? 0)) / (stds[at % width] ?? 1)),
  );
}

function largestGap(ours: ArrayLike<number>, theirs: readonly number[]): number {
  expect(ours).toHaveLength(theirs.length);
  return Math.max(...theirs.map((value, index) => Math.abs(value - (ours[index] ?? Number.NaN))));
}
