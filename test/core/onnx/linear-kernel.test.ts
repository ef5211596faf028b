import { expect, test } from "bun:test";
import { OnnxGraph, type OnnxValue } from "../../../core/onnx/graph.ts";
import { linearKernel } from "../../../core/onnx/linear-kernel.ts";
import { readGraph } from "../../../core/onnx/read-graph.ts";
import { type Chooser, chooser } from "../../support/chooser.ts";
import { runOnnx } from "../../support/run-onnx.ts";

const double = { to: { int: 11 } };
const float = { to: { int: 1 } };

interface Linear {
  readonly nInputs: number;
  readonly nOutputs: number;
  readonly isScaled: boolean;
  readonly isSoftmax: boolean;
}

/** A linear model as mlt exports it, with numbers of the chooser's. */
function linearGraph(
  { nInputs, nOutputs, isScaled, isSoftmax }: Linear,
  numbers: (n: number) => number[],
): OnnxGraph {
  const graph = new OnnxGraph("linear");
  const constant = (shape: readonly number[], values: readonly number[]) =>
    graph.constant({ type: "double", shape, values });
  const inputs = Array.from({ length: nInputs }, (_, index) => {
    return graph.node("Cast", [graph.input(`x${index}`, "float", 1)], double);
  });
  const [first] = inputs;
  let x: OnnxValue | undefined =
    inputs.length === 1 ? first : graph.node("Concat", inputs, { axis: { int: 1 } });
  if (x === undefined) throw new RangeError("A linear model needs an input");
  if (isScaled) {
    x = graph.node("Sub", [x, constant([1, nInputs], numbers(nInputs))]);
    x = graph.node("Div", [
      x,
      constant(
        [1, nInputs],
        numbers(nInputs).map((value) => Math.abs(value) + 0.5),
      ),
    ]);
  }
  x = graph.node("MatMul", [x, constant([nInputs, nOutputs], numbers(nInputs * nOutputs))]);
  x = graph.node("Add", [x, constant([nOutputs], numbers(nOutputs))]);
  if (isSoftmax) x = graph.node("Softmax", [x], { axis: { int: 1 } });
  graph.output("y", graph.node("Cast", [x], float), "float", ["N", nOutputs]);
  return graph;
}

function numbersOf(choose: Chooser): (n: number) => number[] {
  return (n) => Array.from({ length: n }, () => (choose.below(2001) - 1000) / 100);
}

test("linearKernel() says of every linear model what ONNX Runtime says, missing values and infinities too", async () => {
  for (let seed = 0; seed < 60; seed++) {
    const choose = chooser(seed);
    const linear = {
      nInputs: 1 + choose.below(5),
      nOutputs: 1 + choose.below(4),
      isScaled: choose.percent(50),
      isSoftmax: choose.percent(50),
    };
    const onnx = linearGraph(linear, numbersOf(choose)).encode();
    expect(linearKernel(readGraph(onnx), "y")).toBeDefined();
    const nRows = choose.of([1, 2, 7]);
    const cell = () =>
      choose.percent(5) ? choose.of([Number.NaN, Number.POSITIVE_INFINITY, 3e38, -0]) : choose.below(100) / 7;
    const inputs = Array.from({ length: linear.nInputs }, (_, index) => {
      return [`x${index}`, Float32Array.from({ length: nRows }, cell)] as const;
    });
    // It fails where the two differ.
    await runOnnx(onnx, nRows, Object.fromEntries(inputs));
  }
});

test("linearKernel() works a model out by hand, scaled and as probabilities", () => {
  // (5 - 1) / 2 = 2 and (0 - 2) / 4 = -0.5: 2·1 - 0.5·2 + 3 = 4.
  const graph = new OnnxGraph("by hand");
  const inputs = ["a", "b"].map((name) => graph.node("Cast", [graph.input(name, "float", 1)], double));
  const row = (values: readonly number[]) =>
    graph.constant({ type: "double", shape: [1, values.length], values });
  const x = graph.node("Div", [
    graph.node("Sub", [graph.node("Concat", inputs, { axis: { int: 1 } }), row([1, 2])]),
    row([2, 4]),
  ]);
  const weights = graph.constant({ type: "double", shape: [2, 1], values: [1, 2] });
  const sum = graph.node("Add", [graph.node("MatMul", [x, weights]), row([3])]);
  graph.output("y", graph.node("Cast", [sum], float), "float", ["N", 1]);
  const kernel = linearKernel(readGraph(graph.encode()), "y");
  const rows = (a: readonly number[], b: readonly number[]) =>
    new Map([
      ["a", Float32Array.from(a)],
      ["b", Float32Array.from(b)],
    ]);
  expect(kernel?.({ nRows: 2, values: rows([5, 1], [0, 2]) })).toEqual(Float32Array.of(4, 3));
  expect(kernel?.({ nRows: 0, values: rows([], []) })).toEqual(new Float32Array(0));
  expect(() => kernel?.({ nRows: 2, values: rows([5, 1], [0]) })).toThrow(RangeError);
  expect(() =>
    kernel?.({
      nRows: 1,
      values: new Map<string, Float32Array | string[]>([
        ["a", Float32Array.of(1)],
        ["b", ["0"]],
      ]),
    }),
  ).toThrow(RangeError);
});

test.each([
  ["a matrix for a bias, which is another for every row", [3, 2]],
  ["one number for the bias of two outputs", [1]],
])("linearKernel() leaves %s to the operators", (_, shape) => {
  const graph = new OnnxGraph("other");
  const x = graph.node("Cast", [graph.input("x0", "float", 1)], double);
  const weights = graph.constant({ type: "double", shape: [1, 2], values: [1, 2] });
  const bias = graph.constant({
    type: "double",
    shape,
    values: Array(shape.reduce((a, b) => a * b)).fill(1),
  });
  const sum = graph.node("Add", [graph.node("MatMul", [x, weights]), bias]);
  graph.output("y", graph.node("Cast", [sum], float), "float", ["N", 2]);
  expect(linearKernel(readGraph(graph.encode()), "y")).toBeUndefined();
});
