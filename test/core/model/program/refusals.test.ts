import { expect, test } from "bun:test";
import pl from "nodejs-polars";
import type { Feature, FeatureSpec } from "../../../../core/features/feature-spec.ts";
import type { Findings } from "../../../../core/model/program/findings.ts";
import { planInputs } from "../../../../core/model/program/plan-inputs.ts";
import { ProtobufWriter } from "../../../../core/onnx/protobuf.ts";
import { joined, rewriteMessage } from "../../../../core/onnx/rewrite-message.ts";
import { failure } from "../../../support/failure.ts";
import { type ForeignGraph, foreignModel } from "../../../support/foreign-graph.ts";
import {
  levelSpec,
  logisticConstants,
  logisticNodes,
  trainByProgram,
  usualGraph,
} from "../../../support/program-training.ts";

const regression: FeatureSpec = { ...levelSpec, task: "regression", target: "weight" };
const withFirst = (first: Partial<Feature>): FeatureSpec => ({
  ...levelSpec,
  features: levelSpec.features.map((feature, index) => (index === 0 ? { ...feature, ...first } : feature)),
});

/** What keeps a graph from being served, in the lines of one report. */
test.each<[name: string, graph: Partial<ForeignGraph>, problems: readonly string[], spec?: FeatureSpec]>([
  [
    "what ZipMap makes of probabilities",
    {
      outputs: [
        ["output_label", "string", [undefined]],
        ["output_probability", "maps"],
      ],
    },
    ['Its output "output_probability" is a list of maps, not a tensor of rows × classes'],
  ],
  [
    "an input that is no feature",
    {
      inputs: [
        ["x", "float", [undefined, 1]],
        ["m", "float", [undefined, 1]],
      ],
    },
    ['Its input "m" is no feature'],
  ],
  [
    "rows that are counted in advance",
    {
      inputs: [
        ["x", "float", [1, 1]],
        ["n", "float", [undefined, 1]],
      ],
      outputs: [["probabilities", "float", [32, 2]]],
    },
    ['Its input "x" is fixed to 1 row at a time', 'Its output "probabilities" is fixed to 32 rows at a time'],
  ],
  [
    "another number of columns than there are features",
    { inputs: [["X", "float", [undefined, 3]]] },
    ['Its one input "X" takes 3 columns, and there are 2 features'],
  ],
  [
    "several columns for one feature",
    {
      inputs: [
        ["x", "float", [undefined, 2]],
        ["n", "float", [undefined, 1, 1]],
      ],
    },
    [
      'Its input "x" takes 2 columns, and a feature is one',
      'Its input "n" takes 3 axes, and a feature is one',
    ],
  ],
  [
    "text where the feature is a number",
    {
      inputs: [
        ["x", "string", [undefined, 1]],
        ["n", "float", [undefined, 1]],
      ],
    },
    ['Its input "x" is string, and the feature "x" is a number'],
  ],
  ["no input", { inputs: [] }, ["It takes no input"]],
  [
    "an input that is no tensor",
    {
      inputs: [
        ["x", "maps"],
        ["n", "float", [undefined, 1]],
      ],
    },
    ['Its input "x" is no tensor'],
  ],
  [
    "whole numbers where a value may be missing",
    {
      inputs: [
        ["x", "int64", [undefined, 1]],
        ["n", "float", [undefined, 1]],
      ],
    },
    ['Its input "x" is int64, which has no missing value, and the feature "x" is nullable'],
    withFirst({ nullable: true }),
  ],
  [
    "another number of classes",
    { outputs: [["p", "float", [undefined, 3]]] },
    ['Its output "p" has 3 columns, and the training rows have 2 classes'],
  ],
  [
    "the probability of one class alone",
    { outputs: [["p", "float", [undefined, 1]]] },
    ['Its output "p" has 1 column, and the training rows have 2 classes'],
  ],
  [
    "several outputs that could be the probabilities",
    {
      outputs: [
        ["a", "float", [undefined, 2]],
        ["b", "double", [undefined, 2]],
      ],
    },
    ['It has several outputs that could be the probabilities: "a" (float [N, 2]), "b" (double [N, 2])'],
  ],
  [
    "no probabilities",
    { outputs: [["label", "string", [undefined]]] },
    ['It has no output that could be the probabilities; there is "label" (string [N])'],
  ],
  [
    "several numbers for one prediction",
    { outputs: [["y", "float", [undefined, 2]]] },
    ['Its output "y" has 2 columns, and a prediction is one number'],
    regression,
  ],
  [
    "no prediction",
    { outputs: [["y", "string", [undefined]]] },
    ['It has no output that could be the prediction; there is "y" (string [N])'],
    regression,
  ],
  [
    "metadata of other classes",
    { metadata: { classes: '["high", "medium", "low"]' } },
    ["Its metadata name the classes [high, medium, low], and the training rows have [high, low]"],
  ],
])("a model with %s is refused", async (_, graph, problems, spec = levelSpec) => {
  const thrown = await failure(() => trainByProgram(foreignModel({ ...usualGraph, ...graph }), { spec }));
  const [first, ...lines] = thrown.message.split("\n");
  expect(first).toBe("The model that the program wrote does not fit features.yaml");
  expect(lines).toEqual(problems.map((line) => `  ${line}`));
  expect({ exitCode: thrown.exitCode, hint: typeof thrown.hint }).toEqual({ exitCode: 3, hint: "string" });
});

test("ZipMap, and outputs that need a name, are refused with what to do about them", async () => {
  const hintOf = async (outputs: ForeignGraph["outputs"]) =>
    (await failure(() => trainByProgram(foreignModel({ ...usualGraph, outputs })))).hint;
  expect(await hintOf([["output_probability", "maps"]])).toContain('options={"zipmap": False}');
  expect(
    await hintOf([
      ["a", "float", [undefined, 2]],
      ["b", "float", [undefined, 2]],
    ]),
  ).toBe('Call the one that is meant "probabilities".');
});

test("a feature with the name of an output of the service is refused", () => {
  const findings: Findings = { problems: [], warnings: [], hints: [] };
  const shape = [undefined, 1];
  const label = { name: "label", kind: "tensor", elementType: 1, shape } as const;
  planInputs([label], [{ name: "label", type: "number", nullable: false }], findings);
  expect(findings.problems).toEqual(['A feature is called "label", the name of an output of the service']);
});

/** What only shows when the model is run. */
test.each<[name: string, graph: Partial<ForeignGraph>, message: string, hint: string]>([
  [
    "scores that are no probabilities",
    {
      nodes: [["Identity", ["x"], ["value"]], ...logisticNodes, ["Add", ["both", "both"], ["probabilities"]]],
    },
    "The model's probabilities are none: those of row 1 of the 30 training rows are [",
    "softmax",
  ],
  [
    "NaN",
    {
      nodes: [
        ["Sub", ["x", "two"], ["centred"]],
        ["Log", ["centred"], ["value"]],
        ...logisticNodes,
        ["Identity", ["both"], ["probabilities"]],
      ],
    },
    "The model gave the probability NaN for row ",
    "logarithm of 0",
  ],
  [
    "answers that depend on the other rows",
    {
      nodes: [
        ["ReduceMean", ["x"], ["mean"], { axes: { ints: [0] }, keepdims: { int: 1 } }],
        ["Sub", ["x", "mean"], ["centred"]],
        ["Add", ["centred", "two"], ["value"]],
        ...logisticNodes,
        ["Identity", ["both"], ["probabilities"]],
      ],
    },
    "The model answers held-out row 1 otherwise alone than among others: ",
    "for prediction rather than for training",
  ],
  [
    "another number of answers than rows",
    {
      nodes: [
        ["ReduceMean", ["x"], ["value"], { axes: { ints: [0] }, keepdims: { int: 1 } }],
        ...logisticNodes,
        ["Identity", ["both"], ["probabilities"]],
      ],
    },
    "The model gave 2 numbers for 30 training rows, not the probabilities of 2 classes",
    "number of rows that is not fixed",
  ],
  [
    "a shape that does not fit",
    {
      nodes: [
        ["Reshape", ["x", "shape"], ["value"]],
        ...logisticNodes,
        ["Identity", ["both"], ["probabilities"]],
      ],
      constants: { ...logisticConstants, shape: { type: "int64", shape: [2], values: [7, 1] } },
    },
    "The model that the program wrote fails on the training rows: ",
    "onnxruntime",
  ],
  [
    "operators of an opset to come",
    { opset: 99 },
    "The model that the program wrote cannot be run: Cannot load the ONNX graph: ONNX Runtime only ",
    "of an older opset than opset 99",
  ],
  [
    "an operator that nobody knows",
    { nodes: [["Divine", ["x"], ["probabilities"]]] },
    "The model that the program wrote cannot be run: Cannot load the ONNX graph: ",
    "standard operators",
  ],
  ["params that are no JSON", { metadata: { params: "C=1" } }, 'The metadata "params"', "Write it as JSON"],
  ["params that are no object", { metadata: { params: "[1]" } }, "are not an object", "Write it as JSON"],
  ["classes that are no list", { metadata: { classes: '{"a":1}' } }, "are not a list", "Write it as JSON"],
])("a model with %s is refused when it is run", async (_, graph, message, hint) => {
  const outputs: ForeignGraph["outputs"] = [["probabilities", "float", [undefined, 2]]];
  const onnx = foreignModel({ ...usualGraph, outputs, ...graph });
  const thrown = await failure(() => trainByProgram(onnx));
  expect(thrown.message).toContain(message);
  expect({ exitCode: thrown.exitCode, hint: thrown.hint }).toMatchObject({ exitCode: 3 });
  expect(thrown.hint).toContain(hint);
});

test.each([
  ["text", new TextEncoder().encode("no model\n")],
  ["nothing", new Uint8Array()],
  ["half a model", foreignModel(usualGraph).subarray(0, 200)],
])("%s in the place of a model is refused", async (_, bytes) => {
  const thrown = await failure(() => trainByProgram(bytes));
  expect(thrown.message).toBe("What the program wrote to MLT_OUTPUT is no ONNX model");
});

test("weights in files of their own are refused", async () => {
  const weights = new ProtobufWriter().int(1, 1).int(2, 1).bytes(8, "weights").int(14, 1);
  const external = rewriteMessage(foreignModel(usualGraph), {
    7: (graph) => joined([graph, new ProtobufWriter().bytes(5, weights).finish()]),
  });
  const thrown = await failure(() => trainByProgram(external));
  expect(thrown.message).toContain("\n  Its weights lie in files of their own");
  expect(thrown.hint).toBe("Save the model as one file, with its weights inside.");
});

test("a number to predict that float32 cannot hold is refused before the program learns", async () => {
  const rows = pl.DataFrame({
    x: [1, 2, 3, 4],
    n: [1, 2, 3, 4],
    weight: [1, 1, 1e200, 2],
  });
  let learned = false;
  const thrown = await failure(() =>
    trainByProgram(foreignModel(usualGraph), {
      spec: regression,
      rows,
      learned: () => {
        learned = true;
      },
    }),
  );
  expect(thrown.message).toBe('The target "weight" is 1e+200 in row 3, which float32 cannot hold');
  expect(learned).toBe(false);
});
