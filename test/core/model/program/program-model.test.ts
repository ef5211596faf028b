import { describe, expect, test } from "bun:test";
import type { FeatureSpec } from "../../../../core/features/feature-spec.ts";
import type { Frame } from "../../../../core/learn/frame.ts";
import type { Trained } from "../../../../core/model/train-model.ts";
import { failure } from "../../../support/failure.ts";
import { type ForeignGraph, foreignModel } from "../../../support/foreign-graph.ts";
import {
  answersOf,
  logisticConstants as constants,
  logisticLabel as label,
  logisticNodes as logistic,
  scalar,
  levelSpec as spec,
  trainByProgram as train,
  usualGraph as usual,
} from "../../../support/program-training.ts";

/** sigmoid(10 · 1.05) and sigmoid(−10 · 0.95), by hand. */
const high = [1 / (1 + Math.exp(-10.5)), 1 / (1 + Math.exp(9.5))];

async function expectSigmoid(trained: Trained): Promise<void> {
  const { card } = trained.artifact;
  expect(card.classes).toEqual(["high", "low"]);
  expect(card.metrics.test["accuracy"]).toBe(1);
  const predictions = await answersOf(trained, [3, 1]);
  if (predictions.task !== "classification") throw new Error("no classification");
  expect(predictions.labels).toEqual(["high", "low"]);
  expect(predictions.probabilities[0]).toBeCloseTo(high[0] ?? 0, 6);
  expect(predictions.probabilities[2]).toBeCloseTo(high[1] ?? 0, 6);
}

describe("programModel() serves", () => {
  test("the graph that skl2onnx usually writes, with names of its metadata", async () => {
    const metadata = { estimator: "Logistic", params: '{"C": 1}' };
    const trained = await train(foreignModel({ ...usual, metadata }));
    expect(trained.artifact.card.estimator).toEqual({ name: "Logistic", params: { C: 1 } });
    expect(trained.warnings).toEqual(["Only 10 of 40 rows were held out: the intervals are wide."]);
    await expectSigmoid(trained);
  });

  test("a name that no terminal would show in a line, cut and with codes", async () => {
    const trained = await train(
      foreignModel({ ...usual, metadata: { estimator: `\u001b[2J${"x".repeat(200)}` } }),
    );
    expect(trained.artifact.card.estimator.name).toBe(`\\u{1b}[2J${"x".repeat(95)}…`);
  });

  test("no output for a label that is not one a row", async () => {
    const trained = await train(
      foreignModel({
        ...usual,
        outputs: [
          ["largest", "int64", []],
          ["probabilities", "float", [undefined, 2]],
        ],
        nodes: [
          ["Identity", ["x"], ["value"]],
          ...logistic,
          ["Identity", ["both"], ["probabilities"]],
          ["ReduceMax", ["best"], ["largest"], { keepdims: { int: 0 } }],
        ],
      }),
    );
    expect(trained.artifact.card.metrics.test["accuracy"]).toBe(1);
  });

  test("a graph without metadata under the name of who wrote it", async () => {
    const named = await train(foreignModel({ ...usual, producer: "skl2onnx" }));
    expect(named.artifact.card.estimator).toEqual({ name: "skl2onnx model", params: {} });
    const nameless = await train(foreignModel({ ...usual, producer: "" }));
    expect(nameless.artifact.card.estimator.name).toBe("ONNX model");
  });

  test("the same bytes for the same graph under another name", async () => {
    const onnx = foreignModel(usual);
    const other = foreignModel({ ...usual, nodes: [...usual.nodes, ["Identity", ["x"], ["unused"]]] });
    const [first, second] = [await train(onnx), await train(onnx)].map(({ artifact }) => artifact.files);
    expect(first?.get("model.onnx")).toEqual(second?.get("model.onnx") ?? new Uint8Array());
    const text = new TextDecoder().decode((await train(other)).artifact.files.get("model.onnx"));
    expect(text).not.toContain("chance");
    expect(text).toContain("in-memory");
  });

  test("one input of all features in the order of features.yaml", async () => {
    const x = { type: "int64", shape: [1], values: [0] } as const;
    await expectSigmoid(
      await train(
        foreignModel({
          ...usual,
          inputs: [["X", "double", [undefined, 2]]],
          nodes: [
            ["Gather", ["X", "place"], ["first"], { axis: { int: 1 } }],
            ["Cast", ["first"], ["value"], { to: { int: 1 } }],
            ...usual.nodes.slice(1),
          ],
          constants: { ...constants, place: x },
        }),
      ),
    );
  });

  test("inputs of one axis and of other numbers, and outputs under other names", async () => {
    await expectSigmoid(
      await train(
        foreignModel({
          ...usual,
          inputs: [
            ["n", "int64", [undefined]],
            ["x", "double", [undefined]],
          ],
          outputs: [
            ["best", "int64", [undefined]],
            ["scores", "double"],
          ],
          nodes: [
            ["Cast", ["x"], ["narrow"], { to: { int: 1 } }],
            ["Reshape", ["narrow", "column"], ["value"]],
            ...logistic,
            ["Cast", ["both"], ["scores"], { to: { int: 11 } }],
          ],
          constants: { ...constants, column: { type: "int64", shape: [2], values: [-1, 1] } },
        }),
      ),
    );
  });

  test("tensors within that have the names of features and of the service's outputs", async () => {
    await expectSigmoid(
      await train(
        foreignModel({
          ...usual,
          outputs: [["y", "float", [undefined, 2]]],
          nodes: [
            ["Identity", ["x"], ["probabilities"]],
            ["Identity", ["probabilities"], ["label"]],
            ["Identity", ["label"], ["value"]],
            ...logistic,
            ["Identity", ["both"], ["y"]],
          ],
        }),
      ),
    );
  });

  test("classes in the order that the metadata give", async () => {
    const reversed: ForeignGraph = {
      ...usual,
      nodes: usual.nodes.map((node) =>
        Array.isArray(node) && node[0] === "Concat" ? ["Concat", ["low", "high"], ["both"], node[3]] : node,
      ) as ForeignGraph["nodes"],
      constants: { ...constants, names: { type: "string", shape: [2], values: ["low", "high"] } },
    };
    const named = await train(foreignModel({ ...reversed, metadata: { classes: '["low", "high"]' } }));
    expect(named.artifact.card.classes).toEqual(["low", "high"]);
    expect(named.artifact.card.metrics.test["accuracy"]).toBe(1);
    const thrown = await failure(() => train(foreignModel(reversed)));
    expect(thrown.message).toContain("mlt takes them in the order [high, low]");
    expect(thrown.hint).toContain('metadata "classes"');
  });

  test("a regression, of one axis too", async () => {
    const regression: FeatureSpec = { ...spec, task: "regression", target: "weight" };
    for (const shape of [[undefined], [undefined, 1]]) {
      const trained = await train(
        foreignModel({
          inputs: [["n", "double", shape]],
          outputs: [["variable", "double", shape]],
          nodes: [["Mul", ["n", "factor"], ["variable"]]],
          constants: { factor: { type: "double", shape: [1], values: [2.5] } },
        }),
        { spec: regression },
      );
      expect(trained.artifact.card).toMatchObject({ task: "regression", classes: [] });
      expect(trained.artifact.card.metrics.test["r2"]).toBe(1);
      expect(trained.warnings).toContain('The model does not take the feature "x".');
      // 7 · 2.5 each: `answersOf` asks with n = 7.
      expect(await answersOf(trained, [1, 2])).toEqual({
        task: "regression",
        values: Float32Array.of(17.5, 17.5),
      });
    }
  });

  test("text and booleans as they are", async () => {
    const spoken: FeatureSpec = {
      ...spec,
      target: "level",
      features: [{ name: "level", type: "category", values: ["low", "high"], nullable: false }],
    };
    const trained = await train(
      foreignModel({
        inputs: [["level", "string", [undefined, 1]]],
        outputs: [["p", "float", [undefined, 2]]],
        nodes: [
          [
            "LabelEncoder",
            ["level"],
            ["value"],
            {
              keys_strings: { strings: ["low", "high"] },
              values_floats: { floats: [1, 3] },
            },
            "ai.onnx.ml",
          ],
          ...logistic,
          ["Identity", ["both"], ["p"]],
        ],
        constants,
      }),
      { spec: { ...spoken, target: "level" } },
    );
    expect(trained.artifact.card.metrics.test["accuracy"]).toBe(1);
  });

  test("what the program learned from the training rows alone, in each fold too", async () => {
    const heights: number[] = [];
    const learned = (given: Frame) => heights.push(given.height);
    const trained = await train(foreignModel(usual), { folds: 3, learned });
    expect(heights).toEqual([20, 20, 20, 30]);
    expect(trained.artifact.card.cross_validation?.metrics["accuracy"]).toMatchObject({ mean: 1, std: 0 });
  });

  test("a warning where the model's own label is not its most probable class", async () => {
    // It says "high" from 1.55 on, and its probabilities from 1.95 on: rows 16 to 19 are in between.
    let between = [1.6, 1.7, 1.8, 1.9];
    const learned = (given: Frame) => {
      const x = given.getColumn("x").toArray();
      between = between.filter((value) => !x.includes(value));
    };
    const trained = await train(
      foreignModel({
        ...usual,
        nodes: [
          ...usual.nodes.filter((node) => node !== label),
          ["Less", ["value", "threshold"], ["under"]],
          ["Cast", ["under"], ["code"], { to: { int: 7 } }],
          ["Reshape", ["code", "flat"], ["codes"]],
          ["Gather", ["names", "codes"], ["label"]],
        ],
        constants: {
          ...constants,
          threshold: scalar(1.55),
          flat: { type: "int64", shape: [1], values: [-1] },
        },
      }),
      { learned },
    );
    expect(between.length).toBeGreaterThan(0);
    expect(trained.warnings[0]).toBe(
      `The model's own label is not its most probable class in ${between.length} of 10 held-out rows: mlt answers the most probable.`,
    );
  });
});
