import pl from "nodejs-polars";
import type { FeatureSpec } from "../../core/features/feature-spec.ts";
import type { Frame } from "../../core/learn/frame.ts";
import { openModel } from "../../core/model/open-model.ts";
import { type Trained, trainModel } from "../../core/model/train-model.ts";
import type { ForeignGraph, ForeignNode } from "./foreign-graph.ts";
import { inMemoryParts, trainOptions } from "./in-memory-project.ts";

/** 40 rows: x from 0 to 1.9 is "low", from 2 to 3.9 "high"; n is the number of the row. */
const rows = Array.from({ length: 40 }, (_, row) => row);
const data = pl.DataFrame({
  x: rows.map((row) => row / 10),
  n: rows,
  level: rows.map((row) => (row < 20 ? "low" : "high")),
  weight: rows.map((row) => row * 2.5),
});
export const levelSpec: FeatureSpec = {
  task: "classification",
  target: "level",
  features: [
    { name: "x", type: "number", nullable: false },
    { name: "n", type: "integer", nullable: false },
  ],
};

/** Never called: a program takes the place of the project's code. */
const project = { spec: levelSpec, data, Preprocessor: class {}, trainModel: () => undefined };

interface Training {
  readonly spec?: FeatureSpec;
  readonly folds?: number;
  /** By default the 40 rows. */
  readonly rows?: Frame;
  readonly learned?: (rows: Frame) => void;
}

/** Trains by a program that writes these bytes, whatever the rows are. */
export function trainByProgram(
  onnx: Uint8Array,
  { spec: features = levelSpec, folds, learned, rows: loaded = data }: Training = {},
): Promise<Trained> {
  const options = trainOptions({ ...project, spec: features });
  const code = {
    loader: "train.command",
    loadData: async () => loaded,
    writeModel: async (given: Frame) => {
      learned?.(given);
      return onnx;
    },
  };
  return trainModel({
    ...options,
    parts: { ...options.parts, code },
    ...(folds === undefined ? {} : { folds }),
  });
}

/** Answers of what was trained, opened as a service opens it. */
export async function answersOf({ artifact }: Trained, x: readonly number[]) {
  const { openSession, openPreprocessor, frames } = inMemoryParts(project);
  const files = { card: artifact.card, onnx: artifact.files.get("model.onnx") ?? new Uint8Array() };
  const model = await openModel(files, { openSession, openPreprocessor, frameTools: async () => frames });
  const values = new Map([
    ["x", Float32Array.from(x)],
    ["n", Float32Array.from(x, () => 7)],
  ]);
  const predictions = await model.predict({ nRows: x.length, values });
  await model.close();
  return predictions;
}

export const scalar = (value: number) => ({ type: "float", shape: [], values: [value] }) as const;
export const logisticConstants = {
  two: scalar(1.95),
  ten: scalar(10),
  one: scalar(1),
  names: { type: "string", shape: [2], values: ["high", "low"] },
} as const;
/** From "value", n × 1: the probability of "high" is sigmoid(10 (value − 1.95)); the classes are sorted, so it is the first. */
export const logisticNodes: ForeignNode[] = [
  ["Sub", ["value", "two"], ["moved"]],
  ["Mul", ["moved", "ten"], ["scaled"]],
  ["Sigmoid", ["scaled"], ["high"]],
  ["Sub", ["one", "high"], ["low"]],
  ["Concat", ["high", "low"], ["both"], { axis: { int: 1 } }],
  ["ArgMax", ["both"], ["best"], { axis: { int: 1 }, keepdims: { int: 0 } }],
];
export const logisticLabel: ForeignNode = ["Gather", ["names", "best"], ["label"]];
/** What skl2onnx writes without ZipMap: an input for each column, a label and a tensor of probabilities. */
export const usualGraph: ForeignGraph = {
  inputs: [
    ["x", "float", [undefined, 1]],
    ["n", "float", [undefined, 1]],
  ],
  outputs: [
    ["label", "string", [undefined]],
    ["probabilities", "float", [undefined, 2]],
  ],
  nodes: [
    ["Identity", ["x"], ["value"]],
    ...logisticNodes,
    logisticLabel,
    ["Identity", ["both"], ["probabilities"]],
  ],
  constants: logisticConstants,
};
