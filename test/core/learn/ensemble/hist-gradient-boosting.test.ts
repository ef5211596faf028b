import { describe, expect, test } from "bun:test";
import pl from "nodejs-polars";
import { workerThreads } from "../../../../adapters/threads/worker-threads.ts";
import { HistGradientBoostingClassifier } from "../../../../core/learn/ensemble/hist-gradient-boosting-classifier.ts";
import { HistGradientBoostingRegressor } from "../../../../core/learn/ensemble/hist-gradient-boosting-regressor.ts";
import { Matrix } from "../../../../core/learn/matrix.ts";
import { OrdinalEncoder } from "../../../../core/learn/preprocessing/ordinal-encoder.ts";
import { seededRandom } from "../../../../core/learn/random.ts";
import { toMatrix } from "../../../../core/learn/to-matrix.ts";
import { checkClassifier, checkRegressor } from "../../../contract/estimator.ts";
// Written by test/support/expected/boosting.py with scikit-learn 1.9.1.
import expected from "../../../support/expected/boosting.json";
import { runFrame } from "../../../support/frame-onnx.ts";

const small = { minSamplesLeaf: 1, maxDepth: 3, maxIter: 20 };
checkClassifier("HistGradientBoostingClassifier()", () => new HistGradientBoostingClassifier(), {
  allowsMissing: true,
  weighing: () => new HistGradientBoostingClassifier(small),
});
checkClassifier(
  "HistGradientBoostingClassifier({ maxLeafNodes: null, earlyStopping: true })",
  () => new HistGradientBoostingClassifier({ ...small, maxLeafNodes: null, earlyStopping: true }),
  {
    allowsMissing: true,
    weighing: () => new HistGradientBoostingClassifier({ ...small, maxLeafNodes: null }),
  },
);
checkRegressor("HistGradientBoostingRegressor()", () => new HistGradientBoostingRegressor(), {
  allowsMissing: true,
  weighing: () => new HistGradientBoostingRegressor(small),
});
checkRegressor(
  "HistGradientBoostingRegressor({ maxFeatures: 0.5 })",
  () => new HistGradientBoostingRegressor({ ...small, maxFeatures: 0.5 }),
  {
    allowsMissing: true,
    weighing: () => new HistGradientBoostingRegressor({ ...small, l2Regularization: 1 }),
  },
);

const column = (values: readonly number[]) => new Matrix(["x"], Float64Array.from(values));
/** One tree that is believed in full. */
const oneTree = { maxIter: 1, learningRate: 1, minSamplesLeaf: 1 };
/** Gradients are rounded to 30 bits. */
const rounded = (values: Float64Array) => Array.from(values, (value) => Math.round(value * 1e6) / 1e6 + 0);
const range = (length: number) => Array.from({ length }, (_, index) => index);

describe("HistGradientBoostingRegressor", () => {
  test("learns a step by one tree: the means of both sides", () => {
    const model = new HistGradientBoostingRegressor({ ...oneTree, maxLeafNodes: 2 });
    model.fit(column([1, 2, 3, 4]), [10, 12, 30, 32]);
    expect(rounded(model.predict(column([-5, 2.5, 2.6, 9])))).toEqual([11, 11, 31, 31]);
  });

  test("divides the sum of a leaf by its hessians and l2Regularization", () => {
    // About the mean of 0, sides of -10 and 10: 2 rows each, so ∓20 / (2 + 2).
    const model = new HistGradientBoostingRegressor({ ...oneTree, maxLeafNodes: 2, l2Regularization: 2 });
    model.fit(column([1, 2, 3, 4]), [-10, -10, 10, 10]);
    expect(model.predict(column([1]))[0]).toBeCloseTo(-5, 12);
  });

  test("sends missing values where they belong", () => {
    const X = [...Array(10).fill(1), ...Array(10).fill(2), ...Array(5).fill(Number.NaN)];
    const y = [...Array(10).fill(0), ...Array(10).fill(8), ...Array(5).fill(8)];
    const model = new HistGradientBoostingRegressor({ ...oneTree, maxLeafNodes: 2 }).fit(column(X), y);
    expect(rounded(model.predict(column([1, 2, Number.NaN])))).toEqual([0, 8, 8]);
    const low = new HistGradientBoostingRegressor({ ...oneTree, maxLeafNodes: 2 });
    low.fit(
      column(X),
      y.map((value, row) => (row < 20 ? value : 0)),
    );
    expect(low.predict(column([Number.NaN]))[0]).toBeCloseTo(0, 6);
  });

  test("sends a missing value, where training saw none, to the side of more rows", () => {
    const model = new HistGradientBoostingRegressor({ ...oneTree, maxLeafNodes: 2 });
    model.fit(column([1, 2, 2, 2]), [0, 4, 4, 4]);
    expect(model.predict(column([Number.NaN]))[0]).toBeCloseTo(4, 12);
  });

  test("leaves at least minSamplesLeaf rows on each side", () => {
    const X = column(range(50));
    const y = range(50).map((row) => Number(row < 5));
    const model = new HistGradientBoostingRegressor({ ...oneTree, minSamplesLeaf: 20, maxLeafNodes: 2 });
    // The nearest cut to 5 is behind 20 rows, 5 of which are 1.
    expect(rounded(model.fit(X, y).predict(column([0, 49])))).toEqual([0.25, 0]);
  });

  test("splits the leaf first that gains most", () => {
    const y = [0, 0, 10, 10, 100, 100, 160, 160];
    const model = new HistGradientBoostingRegressor({ ...oneTree, maxLeafNodes: 3 }).fit(column(range(8)), y);
    // First 10 | 100; then 100 | 160, which gains more than 0 | 10.
    expect([...model.predict(column([0, 2, 4, 6]))].map(Math.round)).toEqual([5, 5, 100, 160]);
  });

  test("grows the same tree depth first and best first where the limit does not bind", () => {
    const { X, y } = waves(500);
    const fitted = (maxLeafNodes: number | null) =>
      new HistGradientBoostingRegressor({ maxIter: 5, maxDepth: 4, maxLeafNodes }).fit(X, y).predict(X);
    expect(fitted(null)).toEqual(fitted(16));
    expect(fitted(6)).not.toEqual(fitted(16));
  });

  test.each(["squared_error", "poisson", "gamma"] as const)("agrees with scikit-learn: %s", (loss) => {
    const { X, y } = waves(500);
    const predicted = new HistGradientBoostingRegressor({ maxIter: 20, loss }).fit(X, y).predict(X);
    const errors = expected[loss].map((value, row) => Math.abs(value - (predicted[row] ?? Number.NaN)));
    expect(Math.max(...errors)).toBeLessThan(1e-6);
  });

  test.each([
    ["absolute_error", 0.5, { loss: "absolute_error" }],
    ["quantile", 0.8, { loss: "quantile", quantile: 0.8 }],
  ] as const)("has as small a loss as scikit-learn: %s", (name, share, options) => {
    const { X, y } = waves(500);
    const predicted = new HistGradientBoostingRegressor({ maxIter: 20, ...options }).fit(X, y).predict(X);
    const lacks = y.map((value, row) => value - (predicted[row] ?? Number.NaN));
    const losses = lacks.map((lack) => Math.max(share * lack, (share - 1) * lack));
    const loss = losses.reduce((sum, each) => sum + each / losses.length, 0);
    expect(loss / expected[name]).toBeGreaterThan(0.9);
    expect(loss / expected[name]).toBeLessThan(1.1);
  });

  test.each([{ loss: "poisson" }, { loss: "absolute_error" }] as const)(
    "answers the same in ONNX Runtime: %j",
    async (options) => {
      const frame = pl.DataFrame({ a: range(60), b: range(60).map((row) => (row * 7) % 11) });
      const model = new HistGradientBoostingRegressor({ ...options, maxIter: 20 });
      const X = toMatrix(frame, "test");
      const answers = model
        .fit(
          X,
          range(60).map((row) => row % 9),
        )
        .predict(X);
      const result = await runFrame({
        ...{ trained: frame, request: frame, width: 1 },
        build(graph, inputs) {
          const x = X.trace?.toOnnx(graph, inputs);
          if (x === undefined) throw new Error("The matrix of a frame is not traced");
          return model.toOnnx(graph, x);
        },
      });
      expect([...result].map((value) => value.toFixed(5))).toEqual(
        [...answers].map((value) => value.toFixed(5)),
      );
    },
  );

  test("predicts weighted medians with the loss absolute_error", () => {
    const model = new HistGradientBoostingRegressor({ ...oneTree, loss: "absolute_error", maxLeafNodes: 2 });
    const sampleWeight = [1, 1, 5, 1, 1, 1, 1];
    model.fit(column([1, 1, 1, 2, 2, 2, 2]), [0, 1, 7, 20, 21, 23, 90], { sampleWeight });
    expect(rounded(model.predict(column([1, 2])))).toEqual([7, 22]);
  });

  test.each([
    [{ loss: "quantile" }, /needs the option "quantile"/],
    [{ quantile: 0.5 }, /needs the option "quantile" with the loss "quantile"/],
    [{ loss: "absolute_error", monotonicCst: { x: 1 } }, /cannot keep directions/],
    [{ maxFeatures: 0 }, /cannot take 0 as its option "maxFeatures"/],
  ] as const)("refuses the options %j", (options, message) => {
    expect(() => new HistGradientBoostingRegressor(options)).toThrow(message);
  });

  test("refuses targets that its loss is not for", () => {
    const fit = (loss: "poisson" | "gamma", y: readonly number[]) => () =>
      new HistGradientBoostingRegressor({ loss }).fit(column([1, 2]), y);
    expect(fit("gamma", [1, 0])).toThrow(/A target is 0; .* needs a number above 0/);
    expect(fit("poisson", [1, -1])).toThrow(/A target is -1; .* needs a number of at least 0/);
    expect(fit("poisson", [0, 0])).toThrow(/All targets are 0/);
  });

  test("keeps predictions from falling where a column has the direction 1, and from rising where it has -1", () => {
    const random = seededRandom(5);
    const values = range(400).map(() => random());
    const y = values.map((x) => Math.sin(9 * x) + x + 0.2 * random());
    const asked = column(range(200).map((index) => index / 200));
    for (const direction of [1, -1] as const) {
      const model = new HistGradientBoostingRegressor({ monotonicCst: { x: direction } });
      const predicted = [...model.fit(column(values), y).predict(asked)];
      const steps = predicted.slice(1).map((value, index) => direction * (value - (predicted[index] ?? 0)));
      expect(Math.min(...steps)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...steps)).toBeGreaterThan(0.01);
    }
  });

  test("stops when the loss of held-out rows falls no more, and not before maxIter otherwise", () => {
    const random = seededRandom(3);
    const noise = column(range(300).map(() => random()));
    const y = range(300).map(() => random());
    const options = { earlyStopping: true, nIterNoChange: 5, randomState: 1 };
    expect(new HistGradientBoostingRegressor(options).fit(noise, y).nIter).toBeLessThan(40);
    expect(new HistGradientBoostingRegressor().fit(noise, y).nIter).toBe(100);
    const watched = new HistGradientBoostingRegressor({ ...options, validationFraction: null });
    expect(
      watched.fit(
        column(range(300)),
        range(300).map(() => 1),
      ).nIter,
    ).toBe(5);
  });

  test("depends on randomState where something is drawn", () => {
    const { X, y } = waves(300);
    const fitted = (randomState: number) =>
      new HistGradientBoostingRegressor({ maxFeatures: 0.5, maxIter: 5, randomState }).fit(X, y).predict(X);
    expect(fitted(1)).toEqual(fitted(1));
    expect(fitted(1)).not.toEqual(fitted(2));
  });
});

describe("HistGradientBoosting of categories", () => {
  // No order of the letters separates the vowels.
  const letters = range(520).map((row) => String.fromCharCode(97 + (row % 26)));
  const y = letters.map((letter) => ("aeiou".includes(letter) ? 1 : 0));
  const frame = pl.DataFrame({ letter: letters });

  test("separates any set of them by one split", () => {
    const encoder = new OrdinalEncoder();
    const X = encoder.fitTransform(frame);
    const model = new HistGradientBoostingRegressor({ ...oneTree, maxLeafNodes: 2 }).fit(X, y);
    expect(rounded(model.predict(X))).toEqual(y);
    const asNumbers = new HistGradientBoostingRegressor({
      ...oneTree,
      maxLeafNodes: 2,
      categoricalFeatures: null,
    }).fit(X, y);
    expect(asNumbers.predict(X)).not.toEqual(model.predict(X));
  });

  test("answers the same in ONNX Runtime, also a category that training did not see and none", async () => {
    const encoder = new OrdinalEncoder();
    const X = encoder.fitTransform(frame);
    const labels = y.map((value, row) => (row % 7 === 0 ? "other" : String(value)));
    const model = new HistGradientBoostingClassifier({ maxIter: 10 }).fit(X, labels);
    const request = pl.DataFrame({ letter: ["a", "b", "z", "u", "?", null] });
    const asked = encoder.transform(request);
    const answers = model.predictProba(asked);
    const result = await runFrame({
      ...{ trained: frame, request, width: 3 },
      build(graph, inputs) {
        const x = asked.trace?.toOnnx(graph, inputs);
        if (x === undefined) throw new Error("The matrix of a frame is not traced");
        return model.toOnnx(graph, x);
      },
    });
    expect([...result].map((value) => value.toFixed(6))).toEqual(
      [...answers].map((value) => value.toFixed(6)),
    );
  });

  test("takes numbers that are none of the categories for missing ones", () => {
    const model = new HistGradientBoostingRegressor({
      ...oneTree,
      categoricalFeatures: ["x"],
      maxLeafNodes: 2,
    });
    model.fit(
      column(range(60).map((row) => row % 3)),
      range(60).map((row) => (row % 3 === 1 ? 6 : 0)),
    );
    const [missing, ...others] = model.predict(column([Number.NaN, 7, 300, -1, 1.5]));
    expect(others).toEqual(Array(4).fill(missing));
  });

  test("refuses what is no category, and columns that are not there", () => {
    const fit =
      (options: ConstructorParameters<typeof HistGradientBoostingRegressor>[0], values: number[]) => () =>
        new HistGradientBoostingRegressor(options).fit(column(values), [1, 2]);
    expect(fit({ categoricalFeatures: ["x"] }, [1, 1.5])).toThrow(/"x" holds 1.5; a category/);
    expect(fit({ categoricalFeatures: ["x"] }, [1, 255])).toThrow(/whole number from 0 to 254/);
    expect(fit({ categoricalFeatures: ["y"] }, [1, 2])).toThrow(/finds no column "y"/);
    expect(fit({ categoricalFeatures: ["x"], monotonicCst: { x: 1 } }, [1, 2])).toThrow(
      /cannot give a direction/,
    );
  });
});

describe("HistGradientBoostingClassifier", () => {
  test("starts from the log odds and adds the Newton step of each leaf", () => {
    // p = 1/2: gradients ∓1/2, hessians 1/4, so leaves say ±2 times the rate: 1 / (1 + e^-0.2).
    const model = new HistGradientBoostingClassifier({ maxIter: 1, minSamplesLeaf: 1 });
    model.fit(column([1, 2, 3, 4]), ["no", "no", "yes", "yes"]);
    expect(model.predictProba(column([1]))[1]).toBeCloseTo(1 / (1 + Math.exp(0.2)), 8);
  });

  test("agrees with scikit-learn on three classes", () => {
    const { X, y } = waves(500);
    const labels = y.map((value) => (value < 2 ? 0 : value < 2.8 ? 1 : 2));
    const model = new HistGradientBoostingClassifier({ maxIter: 20, l2Regularization: 1 }).fit(X, labels);
    const probabilities = model.predictProba(X);
    const errors = expected.log_loss.map((value, at) => Math.abs(value - (probabilities[at] ?? Number.NaN)));
    expect(Math.max(...errors)).toBeLessThan(1e-6);
  });

  test("gives the same on any number of threads", () => {
    const random = seededRandom(2);
    const data = Float64Array.from({ length: 40_000 * 7 }, random);
    const X = new Matrix(["a", "b", "c", "d", "e", "f", "g"], data);
    const labels = range(40_000).map((row) =>
      Math.floor(3 * ((data[7 * row] ?? 0) * (data[7 * row + 1] ?? 0) + random() * 0.3)),
    );
    // As many trees as make it worth predicting on several threads, too.
    const answers = [1, 2, 3].map((count) =>
      new HistGradientBoostingClassifier(
        { maxIter: 9, earlyStopping: false },
        { threads: workerThreads(() => count), seed: 0 },
      )
        .fit(X, labels)
        .predictProba(X),
    );
    expect(answers[1]).toEqual(answers[0] ?? new Float64Array());
    expect(answers[2]).toEqual(answers[0] ?? new Float64Array());
  });

  test("gives each class of several its own trees", () => {
    const X = column(range(90));
    const labels = range(90).map((row) => Math.floor(row / 30));
    const model = new HistGradientBoostingClassifier({ maxIter: 20 }).fit(X, labels);
    expect(model.nIter).toBe(20);
    expect(model.predict(X)).toEqual(labels.map(String));
  });
});

/** Rows of a smooth function of two columns, with another that says nothing. */
function waves(nRows: number): { readonly X: Matrix; readonly y: number[] } {
  const data = range(nRows).flatMap((row) => [((row * 37) % nRows) >> 1, (row * 101) % 89, (row * 53) % 97]);
  const y = range(nRows).map(
    (row) => 2 + Math.sin((12 * (data[3 * row] ?? 0)) / nRows) + ((data[3 * row + 1] ?? 0) / 89) ** 2,
  );
  return { X: new Matrix(["a", "b", "c"], Float64Array.from(data)), y };
}
