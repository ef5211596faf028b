import { expect, test } from "bun:test";
import { openOnnxSession } from "../../../adapters/onnxruntime/session.ts";
import { ProtobufWriter } from "../../../core/onnx/protobuf.ts";
import { renameTensors } from "../../../core/onnx/rename-tensors.ts";
import { rewriteMessage } from "../../../core/onnx/rewrite-message.ts";
import { foreignGraph, foreignModel } from "../../support/foreign-graph.ts";

/** An attribute that is a graph: number 5 of the kinds. */
function graphAttribute(name: string, graph: ProtobufWriter): ProtobufWriter {
  return new ProtobufWriter().bytes(1, name).bytes(6, graph).int(20, 5);
}

/** x · 2 where the first of x is positive, else x · 3; the branches read x and the factors of the graph around them. */
function branching(): Uint8Array {
  const branch = (factor: string) =>
    foreignGraph({ inputs: [], outputs: [["y", "float"]], nodes: [["Mul", ["x", factor], ["y"]]] });
  const choice = new ProtobufWriter()
    .bytes(1, "isPositive")
    .bytes(2, "result")
    .bytes(4, "If")
    .bytes(5, graphAttribute("then_branch", branch("two")))
    .bytes(5, graphAttribute("else_branch", branch("three")));
  const scalar = (value: number) => ({ type: "float", shape: [1], values: [value] }) as const;
  return foreignModel({
    inputs: [["x", "float", [undefined, 1]]],
    outputs: [["result", "float", [undefined, 1]]],
    nodes: [["Gather", ["x", "place"], ["first"]], ["Greater", ["first", "zero"], ["isPositive"]], choice],
    constants: {
      two: scalar(2),
      three: scalar(3),
      zero: scalar(0),
      place: { type: "int64", shape: [1], values: [0] },
    },
  });
}

test("renameTensors() renames in the branches of a node too, and changes no answer", async () => {
  const renamed = rewriteMessage(branching(), {
    7: (graph) => renameTensors(graph, (name) => `new ${name}`),
  });
  const session = await openOnnxSession(renamed);
  for (const [x, expected] of [
    [
      [5, 1],
      [10, 2],
    ],
    [
      [-5, 1],
      [-15, 3],
    ],
  ] as const) {
    const answer = await session.run({ nRows: 2, values: new Map([["new x", Float32Array.from(x)]]) }, [
      "new result",
    ]);
    expect(answer.get("new result")).toEqual(Float32Array.from(expected));
  }
  await session.close();
});

test("renameTensors() leaves the empty name, which stands for an input that is left out", async () => {
  const clipped = foreignModel({
    inputs: [["x", "float", [undefined, 1]]],
    outputs: [["y", "float", [undefined, 1]]],
    nodes: [["Clip", ["x", "", "most"], ["y"]]],
    constants: { most: { type: "float", shape: [], values: [1] } },
  });
  const session = await openOnnxSession(
    rewriteMessage(clipped, { 7: (graph) => renameTensors(graph, (name) => `_${name}`) }),
  );
  const answer = await session.run({ nRows: 2, values: new Map([["_x", Float32Array.of(-3, 3)]]) }, ["_y"]);
  expect(answer.get("_y")).toEqual(Float32Array.of(-3, 1));
  await session.close();
});
