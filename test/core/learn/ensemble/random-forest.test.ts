import { describe, expect, test } from "bun:test";
import { workerThreads } from "../../../../adapters/threads/worker-threads.ts";
import {
  RandomForestClassifier,
  type RandomForestClassifierOptions,
} from "../../../../core/learn/ensemble/random-forest-classifier.ts";
import { RandomForestRegressor } from "../../../../core/learn/ensemble/random-forest-regressor.ts";
import { Matrix } from "../../../../core/learn/matrix.ts";
import { seededRandom } from "../../../../core/learn/random.ts";
import { OnnxGraph } from "../../../../core/onnx/graph.ts";
import { readGraph } from "../../../../core/onnx/read-graph.ts";
import { checkClassifier, checkRegressor } from "../../../contract/estimator.ts";

const few = { nEstimators: 10 };
/** A column at a time: of several, rounding would decide which of two equally good ones is taken. */
const notDrawn = { nEstimators: 3, bootstrap: false, maxFeatures: 0.25 };

checkClassifier("RandomForestClassifier()", () => new RandomForestClassifier(few), {
  allowsMissing: true,
  weighing: () => new RandomForestClassifier(notDrawn),
});
checkClassifier(
  'RandomForestClassifier({ criterion: "entropy", maxLeafNodes: 8, classWeight: "balanced" })',
  () =>
    new RandomForestClassifier({ ...few, criterion: "entropy", maxLeafNodes: 8, classWeight: "balanced" }),
  {
    allowsMissing: true,
    weighing: () =>
      new RandomForestClassifier({ ...notDrawn, criterion: "entropy", classWeight: "balanced" }),
  },
);
checkRegressor("RandomForestRegressor()", () => new RandomForestRegressor(few), {
  allowsMissing: true,
  weighing: () => new RandomForestRegressor(notDrawn),
});
checkRegressor(
  "RandomForestRegressor({ minSamplesLeaf: 4 })",
  () => new RandomForestRegressor({ ...few, minSamplesLeaf: 4, maxFeatures: "sqrt" }),
  { allowsMissing: true, weighing: () => new RandomForestRegressor({ ...notDrawn, maxLeafNodes: 20 }) },
);

const matrix = (rows: readonly (readonly number[])[]) =>
  new Matrix(
    Array.from(rows[0] ?? [], (_, column) => `x${column}`),
    Float64Array.from(rows.flat()),
  );
/** One tree on the rows as they are: what it does can be followed by hand. */
const oneTree = { nEstimators: 1, bootstrap: false, maxFeatures: null };

describe("RandomForestClassifier()", () => {
  // Gini of the whole 0.5. A split of x0 at 1.5: 1/4 · 0 + 3/4 · 4/9 = 1/3; at 2.5: 1/2; at 3.5: 1/3. Of x1 at 0.5: 0.
  const X = matrix([
    [1, 0],
    [2, 1],
    [3, 0],
    [4, 1],
  ]);

  test("splits where the Gini impurity falls most, halfway between two values", () => {
    const model = new RandomForestClassifier(oneTree).fit(X, ["a", "b", "a", "b"]);
    expect([...model.predictProba(matrix([[9, 0.5]]))]).toEqual([1, 0]);
    expect([...model.predictProba(matrix([[0, 0.501]]))]).toEqual([0, 1]);
  });

  test("answers with the shares of the classes in a leaf, weighted", () => {
    const stump = new RandomForestClassifier({ ...oneTree, maxDepth: 1 });
    const y = ["a", "a", "a", "b"];
    // The best stump is x0 at 3.5, which leaves nothing impure; with two rows a leaf only x0 at 2.5 is left.
    expect([...stump.fit(X, y).predictProba(X)]).toEqual([1, 0, 1, 0, 1, 0, 0, 1]);
    const wide = new RandomForestClassifier({ ...oneTree, minSamplesLeaf: 2 }).fit(
      matrix([[1], [2], [3], [4]]),
      y,
    );
    expect([...wide.predictProba(matrix([[1], [4]]))]).toEqual([1, 0, 0.5, 0.5]);
    const weighted = new RandomForestClassifier({ ...oneTree, minSamplesLeaf: 2 }).fit(
      matrix([[1], [2], [3], [4]]),
      y,
      { sampleWeight: [1, 1, 1, 3] },
    );
    expect([...weighted.predictProba(matrix([[4]]))]).toEqual([0.25, 0.75]);
  });

  test("writes nothing into the graph for the classes that a leaf has not", () => {
    const rows = matrix([[1], [2], [3], [4], [5]]);
    const forest = new RandomForestClassifier(oneTree).fit(rows, ["a", "b", "c", "d", "d"]);
    const graph = new OnnxGraph("forest");
    const x = graph.node("Cast", [graph.input("x0", "float", 1)], { to: { int: 11 } });
    graph.output("y", forest.toOnnx(graph, x), "double", ["N", 4]);
    const trees = readGraph(graph.encode()).nodes.find(({ op }) => op === "TreeEnsembleRegressor");
    // Four leaves of one class each, rather than four of four classes; that of the two rows is split off first.
    expect(trees?.attributes["target_ids"]).toEqual({ ints: [3, 0, 1, 2] });
  });

  test("sends rows without a value to the side where they help", () => {
    const gaps = matrix([[1], [2], [8], [9], [Number.NaN], [Number.NaN]]);
    const low = new RandomForestClassifier(oneTree).fit(gaps, ["l", "l", "h", "h", "l", "l"]);
    expect(low.predict(matrix([[Number.NaN], [1], [9]]))).toEqual(["l", "l", "h"]);
    const high = new RandomForestClassifier(oneTree).fit(gaps, ["l", "l", "h", "h", "h", "h"]);
    expect(high.predict(matrix([[Number.NaN], [1], [9]]))).toEqual(["h", "l", "h"]);
    const only = new RandomForestClassifier(oneTree).fit(gaps, ["v", "v", "v", "v", "m", "m"]);
    expect(only.predict(matrix([[Number.NaN], [1], [1e9]]))).toEqual(["m", "v", "v"]);
  });

  test("grows the best split first where leaves are limited", () => {
    // Two questions separate these three; the first of them, x0 at 2.5, lowers the impurity more than x0 at 5.5.
    const rows = matrix([[1], [2], [3], [4], [5], [6]]);
    const y = ["a", "a", "b", "b", "b", "c"];
    const three = new RandomForestClassifier({ ...oneTree, maxLeafNodes: 3 }).fit(rows, y);
    expect(three.predict(rows)).toEqual(y);
    const two = new RandomForestClassifier({ ...oneTree, maxLeafNodes: 2 }).fit(rows, y);
    expect(two.predict(rows)).toEqual(["a", "a", "b", "b", "b", "b"]);
  });

  test("does not split for less than minImpurityDecrease", () => {
    const rows = matrix([[1], [2], [3], [4]]);
    const y = ["a", "a", "a", "b"];
    // From 3/8 to 0.
    expect(
      new RandomForestClassifier({ ...oneTree, minImpurityDecrease: 0.375 }).fit(rows, y).predict(rows),
    ).toEqual(y);
    expect(
      new RandomForestClassifier({ ...oneTree, minImpurityDecrease: 0.376 }).fit(rows, y).predict(rows),
    ).toEqual(["a", "a", "a", "a"]);
  });

  test("learns what no single question tells: exclusive or", () => {
    const rows = matrix([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]);
    const y = ["no", "yes", "yes", "no"];
    expect(new RandomForestClassifier(oneTree).fit(rows, y).predict(rows)).toEqual(y);
  });

  test("has trees that differ, and others with another randomState", () => {
    const { X: rows, y } = noisy(200);
    const first = new RandomForestClassifier({ nEstimators: 5, randomState: 1 }).fit(rows, y);
    const second = new RandomForestClassifier({ nEstimators: 5, randomState: 2 }).fit(rows, y);
    expect(first.predictProba(rows)).not.toEqual(second.predictProba(rows));
    expect(new Set(first.predictProba(rows)).size).toBeGreaterThan(3);
    expect(
      new RandomForestClassifier({}, { threads: workerThreads(() => 1), seed: 7 }).params.randomState,
    ).toBe(7);
  });

  test("gives the same on any number of threads", () => {
    const { X: rows, y } = noisy(6_000);
    const graphs = [1, 2, 3].map((count) => {
      const context = { threads: workerThreads(() => count), seed: 0 };
      const forest = new RandomForestClassifier({ nEstimators: 20 }, context).fit(rows, y);
      const graph = new OnnxGraph("forest");
      graph.output("y", forest.toOnnx(graph, graph.input("x", "float", 5)), "double", ["N", 2]);
      return graph.encode();
    });
    expect(graphs[1]).toEqual(graphs[0] ?? new Uint8Array());
    expect(graphs[2]).toEqual(graphs[0] ?? new Uint8Array());
  });

  test.each<[RandomForestClassifierOptions, string]>([
    [{ nEstimators: 0 }, 'RandomForestClassifier cannot take 0 as its option "nEstimators"'],
    [{ minSamplesSplit: 1 }, 'RandomForestClassifier cannot take 1 as its option "minSamplesSplit"'],
    [{ maxFeatures: 0 }, 'RandomForestClassifier cannot take 0 as its option "maxFeatures"'],
    [{ randomState: -1 }, 'RandomForestClassifier cannot take -1 as its option "randomState"'],
  ])("refuses the options %j", (options, message) => {
    expect(() => new RandomForestClassifier(options)).toThrow(message);
  });
});

describe("RandomForestRegressor()", () => {
  test("splits where the variance falls most, and answers with means", () => {
    const rows = matrix([[1], [2], [3], [4]]);
    const stump = new RandomForestRegressor({ ...oneTree, maxDepth: 1 }).fit(rows, [1, 3, 10, 14]);
    // At 1.5 the sum of squares within is 0 + 62, at 2.5 2 + 8, at 3.5 44.67 + 0.
    expect([...stump.predict(matrix([[2.5], [2.6]]))]).toEqual([2, 12]);
  });

  test("keeps the digits of targets far from 0", () => {
    const rows = matrix([[1], [2], [3], [4]]);
    const y = [1e9 + 1, 1e9 + 2, 1e9 + 3, 1e9 + 5];
    expect([...new RandomForestRegressor(oneTree).fit(rows, y).predict(rows)]).toEqual(y);
  });
});

/** Labels that depend on the first of five columns, with noise. */
function noisy(nRows: number) {
  const random = seededRandom(5);
  const data = Float64Array.from({ length: nRows * 5 }, random);
  const y = Array.from({ length: nRows }, (_, row) => ((data[row * 5] ?? 0) + random() > 1 ? "yes" : "no"));
  return { X: new Matrix(["a", "b", "c", "d", "e"], data), y };
}
