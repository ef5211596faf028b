import { describe, expect, test } from "bun:test";
import pl from "nodejs-polars";
import { MltError } from "../../core/errors.ts";
import type { Classifier, Features, Regressor, Weights } from "../../core/learn/estimator.ts";
import type { Frame } from "../../core/learn/frame.ts";
import { Matrix } from "../../core/learn/matrix.ts";
import { seededRandom } from "../../core/learn/random.ts";
import { toMatrix } from "../../core/learn/to-matrix.ts";
import { runFrame } from "../support/frame-onnx.ts";

const nRows = 90;
const random = seededRandom(3);
const draws = (low: number, high: number) =>
  Array.from({ length: nRows }, () => low + (high - low) * random());

/** Two columns that matter, of very different size, one of noise, and one that never changes. */
const columns = {
  length: draws(0, 1),
  weight: draws(1000, 3000),
  noise: draws(-1, 1),
  constant: draws(7, 7),
};
const frame: Frame = pl.DataFrame(columns);
const scores = columns.length.map(
  (length, row) => length + (columns.weight[row] ?? 0) / 2000 + 0.3 * random(),
);
/** Sorted as text they would be 1, 10, 2. */
const labels: readonly number[] = scores.map((score) => (score < 1.2 ? 2 : score < 1.8 ? 10 : 1));
const targets = scores.map((score) => 5 * score - 3);

/** How an estimator differs from most. */
export interface Traits<Model> {
  /** A missing value is learned from like any other, instead of refused. */
  readonly allowsMissing?: boolean;
  /** Hyperparameters with which rows are not counted or drawn, so that a weight of 2 is exactly two rows. */
  readonly weighing?: () => Model;
}

/** What every classifier promises; run for each set of hyperparameters that takes its own way. */
export function checkClassifier(name: string, make: () => Classifier, traits: Traits<Classifier> = {}): void {
  describe(`${name} as a classifier`, () => {
    checkEstimator(make, labels, traits);

    test("does not know a class whose rows all weigh 0, and refuses to know one only", () => {
      const without = (...classes: number[]) => labels.map((label) => Number(!classes.includes(label)));
      expect(make().fit(frame, labels, { sampleWeight: without(2) }).classes).toEqual(["1", "10"]);
      expect(() => make().fit(frame, labels, { sampleWeight: without(1, 2) })).toThrow(
        /one class only, "10"/,
      );
    });

    test("sorts integer classes as numbers, and other labels as text", () => {
      expect(make().fit(frame, labels).classes).toEqual(["1", "2", "10"]);
      const mixed = labels.map((label) => (label === 2 ? "b" : label));
      expect(make().fit(frame, mixed).classes).toEqual(["1", "10", "b"]);
    });

    test("takes a number and the text of it for one label", () => {
      const mixed = labels.map((label, row) => (row % 2 === 0 ? label : String(label)));
      const model = make().fit(frame, mixed);
      expect(model.classes).toEqual(["1", "2", "10"]);
      expect(model.predict(frame)).toEqual(make().fit(frame, labels).predict(frame));
    });

    test("takes labels from a column, of booleans too", () => {
      const model = make().fit(
        frame,
        pl.Series(
          "y",
          labels.map((label) => label > 1),
        ),
      );
      expect(model.classes).toEqual(["false", "true"]);
      expect(model.predict(frame)).toHaveLength(nRows);
    });

    test.each([2, 3])("gives probabilities of %d classes that sum to 1", (k) => {
      const model = make().fit(
        frame,
        labels.map((label) => (k === 2 ? Math.min(label, 2) : label)),
      );
      const probabilities = rowsOf(model.predictProba(frame), k);
      expect(probabilities).toHaveLength(nRows);
      for (const row of probabilities) {
        expect(row.every((p) => p >= 0 && p <= 1)).toBe(true);
        expect(row.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
      }
    });

    test("predicts the most probable class, of equals the first", () => {
      const model = make().fit(frame, labels);
      const most = rowsOf(model.predictProba(frame), 3).map(
        (row) => model.classes[row.indexOf(Math.max(...row))],
      );
      expect(model.predict(frame)).toEqual(most.map(String));
    });

    test("refuses one class only, a missing label and a label that is none", () => {
      expect(() => make().fit(frame, Array(nRows).fill("a"))).toThrow(/one class only, "a"/);
      expect(() => make().fit(frame, labels.with(4, Number.NaN))).toThrow(/target of row 5 is NaN/);
      const missing: (number | null)[] = [...labels];
      missing[5] = null;
      expect(() => make().fit(frame, missing)).toThrow(/target of row 6 is null/);
    });
  });
}

/** What every regressor promises. */
export function checkRegressor(name: string, make: () => Regressor, traits: Traits<Regressor> = {}): void {
  describe(`${name} as a regressor`, () => {
    checkEstimator(make, targets, traits);

    test("takes targets from a column", () => {
      const fromColumn = make().fit(frame, pl.Series("y", targets));
      expect(fromColumn.predict(frame)).toEqual(make().fit(frame, targets).predict(frame));
    });

    test("refuses a target that is missing or not finite", () => {
      expect(() => make().fit(frame, targets.with(4, Number.NaN))).toThrow(/target of row 5 is NaN/);
      expect(() => make().fit(frame, targets.with(5, Number.NEGATIVE_INFINITY))).toThrow(MltError);
      expect(() => make().fit(frame, pl.Series("y", [null, ...targets.slice(1)]))).toThrow(/row 1 is null/);
    });
  });
}

function checkEstimator(
  make: () => Classifier | Regressor,
  y: readonly number[],
  { allowsMissing = false, weighing = make }: Traits<Classifier | Regressor>,
): void {
  const fitted = () => make().fit(frame, y);

  test.each<[string, unknown, string]>([
    ["of another name", { sampleWeights: y }, "sampleWeights"],
    ["without a name", y.map(() => 1), "0"],
    ["in a column without a name", pl.Series("w", y), "_s"],
  ])("refuses weights %s, which it would not look at", (_, options, name) => {
    const model = make();
    expect(() => Reflect.apply(model.fit, model, [frame, y, options])).toThrow(
      `The fit of ${model.name} has no option "${name}"`,
    );
  });

  const noise: readonly (number | null)[] = columns.noise.map((value, row) => (row === 17 ? null : value));
  const withMissing = pl.DataFrame({ ...columns, noise });

  checkWeights(weighing, y);

  test("has hyperparameters that survive JSON", () => {
    expect(JSON.parse(JSON.stringify(make().params))).toEqual(make().params);
  });

  test("gives the same answers every time, to a frame and to its matrix", () => {
    const matrix = toMatrix(frame, "test");
    const before = matrix.data.slice();
    expect(answer(make().fit(matrix, y), matrix)).toEqual(answer(fitted(), frame));
    expect(matrix.data).toEqual(before);
    expect(answer(fitted(), frame).every(Number.isFinite)).toBe(true);
  });

  test("forgets what it learned when it is fitted again", () => {
    const other = pl.DataFrame({ a: columns.noise, b: columns.length });
    const reversed = y.toReversed();
    expect(answer(fitted().fit(other, reversed), other)).toEqual(answer(make().fit(other, reversed), other));
  });

  test("answers one row like the same row among others, and no rows with nothing", () => {
    const model = fitted();
    const all = answer(model, frame);
    const width = all.length / nRows;
    const row = pl.DataFrame(
      Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values.slice(7, 8)])),
    );
    expect(answer(model, row)).toEqual(all.slice(7 * width, 8 * width));
    expect(answer(model, new Matrix(Object.keys(columns), new Float64Array(0)))).toHaveLength(0);
  });

  if (allowsMissing) {
    test("learns from missing values, and answers them the same in ONNX Runtime", async () => {
      await expectSameInOnnx(make().fit(withMissing, y), withMissing);
      await expectSameInOnnx(fitted(), withMissing);
    });
  } else {
    test("refuses a missing value, naming column and row, in fit and in predict", () => {
      const message = /Column "noise" holds a missing value in row 18/;
      expect(() => make().fit(withMissing, y)).toThrow(message);
      expect(() => answer(fitted(), withMissing)).toThrow(message);
    });
  }

  test("refuses an infinite value and a column of text", () => {
    const data = Float64Array.of(...Array(nRows - 1).fill(1), Number.POSITIVE_INFINITY);
    expect(() => make().fit(new Matrix(["a"], data), y)).toThrow(
      new RegExp(`"a" holds an infinite value in row ${nRows}`),
    );
    const withText = pl.DataFrame({ ...columns, colour: Array(nRows).fill("red") });
    expect(() => make().fit(withText, y)).toThrow(/Column "colour" holds text/);
  });

  test("refuses y of another length, no rows and no columns", () => {
    expect(() => make().fit(frame, y.slice(1))).toThrow(MltError);
    expect(() => make().fit(new Matrix(["a"], new Float64Array(0)), [])).toThrow(/no rows/);
    expect(() => make().fit(new Matrix([], new Float64Array(0)), y)).toThrow(/no columns/);
  });

  test("refuses to answer before fit, and for other columns than in fit", () => {
    expect(() => answer(make(), frame)).toThrow(/is not fitted/);
    const renamed = pl.DataFrame({ ...columns, extra: columns.noise });
    expect(() => answer(fitted(), renamed)).toThrow(/not fitted on column "extra"/);
    const reordered = pl.DataFrame(Object.fromEntries(Object.entries(columns).reverse()));
    expect(() => answer(fitted(), reordered)).toThrow(/in another order/);
  });

  test("is unfitted after a fit that failed", () => {
    const model = fitted();
    expect(() => model.fit(frame, [])).toThrow(MltError);
    expect(() => answer(model, frame)).toThrow(/is not fitted/);
  });

  test("answers the same in ONNX Runtime", async () => {
    await expectSameInOnnx(fitted(), frame);
  });
}

/** What `sampleWeight` means. */
function checkWeights(make: () => Classifier | Regressor, y: readonly number[]): void {
  const fit = (X: Features, target: readonly number[], sampleWeight?: Weights) =>
    answer(make().fit(X, target, sampleWeight && { sampleWeight }), frame);
  const weights = y.map((_, row) => (row * 7) % 4);
  const rows = toMatrix(frame, "test");
  const width = rows.columns.length;
  const repeated = weights.flatMap((weight, row) => Array<number>(weight).fill(row));
  const repeatedRows = new Matrix(
    rows.columns,
    Float64Array.from(repeated.flatMap((row) => [...rows.data.slice(row * width, (row + 1) * width)])),
  );

  test("takes a row of weight 2 for two rows, and one of weight 0 for none", () => {
    const expected = fit(
      repeatedRows,
      repeated.map((row) => y[row] ?? 0),
    );
    const weighted = fit(frame, y, weights);
    expect(weighted).toHaveLength(expected.length);
    expect(largestGap(weighted, expected)).toBeLessThan(1e-6 * Math.max(1, ...expected.map(Math.abs)));
  });

  test("takes weights from a column, and no weights for weights of 1", () => {
    expect(fit(frame, y, pl.Series("weight", weights))).toEqual(fit(frame, y, weights));
    expect(fit(frame, y, Array(nRows).fill(1))).toEqual(fit(frame, y));
  });

  test.each<[string, number[], RegExp]>([
    ["a negative one", weights.with(3, -1), /sample weight of row 4 is -1/],
    ["NaN", weights.with(3, Number.NaN), /sample weight of row 4 is NaN/],
    ["an infinite one", weights.with(3, Number.POSITIVE_INFINITY), /sample weight of row 4 is Infinity/],
    ["too few", weights.slice(1), /90 rows of X and 89 sample weights/],
    ["only 0", weights.map(() => 0), /sample weights that are all 0/],
  ])("refuses weights: %s", (_, bad, message) => {
    expect(() => fit(frame, y, bad)).toThrow(message);
  });
}

async function expectSameInOnnx(model: Classifier | Regressor, request: Frame): Promise<void> {
  const expected = answer(model, request);
  const result = await runFrame({
    trained: request,
    request,
    width: expected.length / nRows,
    build(graph, inputs) {
      const x = toMatrix(request, "test").trace?.toOnnx(graph, inputs);
      if (x === undefined) throw new Error("The matrix of a frame is not traced");
      return model.toOnnx(graph, x);
    },
  });
  expect(result).toHaveLength(expected.length);
  expect(expected.every(Number.isFinite)).toBe(true);
  expect(largestGap(result, expected)).toBeLessThan(1e-6 * Math.max(1, ...expected.map(Math.abs)));
}

function largestGap(ours: ArrayLike<number>, theirs: Float64Array): number {
  return Math.max(...theirs.map((value, index) => Math.abs(value - (ours[index] ?? Number.NaN))));
}

function answer(model: Classifier | Regressor, X: Features): Float64Array {
  return model.kind === "classifier" ? model.predictProba(X) : model.predict(X);
}

function rowsOf(values: Float64Array, width: number): number[][] {
  return Array.from({ length: values.length / width }, (_, row) => [
    ...values.slice(row * width, (row + 1) * width),
  ]);
}
