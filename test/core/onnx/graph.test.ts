import { describe, expect, test } from "bun:test";
import { MltError } from "../../../core/errors.ts";
import { OnnxGraph } from "../../../core/onnx/graph.ts";
import { readSignature } from "../../../core/onnx/graph-signature.ts";
import { runOnnx } from "../../support/run-onnx.ts";

/** y = x · [2, 3]ᵀ + 1, in double. */
function linear(inputName = "x"): OnnxGraph {
  const graph = new OnnxGraph("linear");
  const x = graph.node("Cast", [graph.input(inputName, "float", 2)], { to: { int: 11 } });
  const weights = graph.constant({ type: "double", shape: [2, 1], values: [2, 3] });
  const bias = graph.constant({ type: "double", shape: [1], values: [1] });
  const sum = graph.node("Add", [graph.node("MatMul", [x, weights]), bias]);
  graph.output("y", graph.node("Cast", [sum], { to: { int: 1 } }), "float", ["N", 1]);
  return graph;
}

describe("OnnxGraph", () => {
  test("runs on any number of rows", async () => {
    const onnx = linear().encode();
    const three = await runOnnx(onnx, 3, { x: Float32Array.of(1, 1, 0, 0, -1, 2) });
    expect(three.get("y")).toEqual(Float32Array.of(6, 1, 5));
    const one = await runOnnx(onnx, 1, { x: Float32Array.of(10, 100) });
    expect(one.get("y")).toEqual(Float32Array.of(321));
  });

  test("takes the output that is wanted of an operator with several, and names the newer operator set for it", async () => {
    const graph = new OnnxGraph("several");
    const text = graph.input("text", "string", 1);
    const counts = graph.manyOutputs("StringSplit", [text], 2, { delimiter: { string: "-" } })(1);
    graph.output("count", graph.node("Cast", [counts], { to: { int: 1 } }), "float", ["N", 1]);
    const result = await runOnnx(graph.encode(), 2, { text: ["a-b-c", "d"] });
    expect(result.get("count")).toEqual(Float32Array.of(3, 1));
    expect([...readSignature(graph.encode()).opsets]).toEqual([
      ["", 20],
      ["ai.onnx.ml", 3],
    ]);
    expect(readSignature(linear().encode()).opsets.get("")).toBe(17);
  });

  test("keeps float, int64 and text constants and every kind of attribute", async () => {
    const graph = new OnnxGraph("kinds");
    const colour = graph.input("colour", "string", 1);
    const code = graph.node(
      "LabelEncoder",
      [colour],
      {
        keys_strings: { strings: ["röd", "blue"] },
        values_floats: { floats: [0.5, 2] },
        default_float: { float: -1 },
      },
      "ai.onnx.ml",
    );
    const three = graph.constant({ type: "float", shape: [], values: [3] });
    graph.output("code", graph.node("Mul", [code, three]), "float", ["N", 1]);
    const indices = graph.constant({ type: "int64", shape: [2], values: [1, 0] });
    const names = graph.constant({ type: "string", shape: [2], values: ["a", "blå"] });
    graph.output("names", graph.node("Gather", [names, indices], { axis: { int: 0 } }), "string", [2]);
    const filled = graph.node(
      "ConstantOfShape",
      [graph.constant({ type: "int64", shape: [1], values: [2] })],
      {
        value: { tensor: { type: "float", shape: [1], values: [7] } },
      },
    );
    graph.output("filled", filled, "float", [2]);
    const vector = graph.node(
      "OneHotEncoder",
      [code],
      { cats_int64s: { ints: [2] }, zeros: { int: 1 } },
      "ai.onnx.ml",
    );
    graph.output("hot", vector, "float", ["N", 1, 1]);
    const plain = graph.constant({ type: "string", shape: [2], values: ["a", "b"] });
    const upper = graph.node("StringNormalizer", [plain], {
      case_change_action: { string: "UPPER" },
      locale: { string: "C" },
    });
    graph.output("upper", upper, "string", [2]);
    const outputs = await runOnnx(graph.encode(), 3, { colour: ["blue", "röd", "?"] });
    expect(outputs.get("code")).toEqual(Float32Array.of(6, 1.5, -3));
    expect(outputs.get("names")).toEqual(["blå", "a"]);
    expect(outputs.get("filled")).toEqual(Float32Array.of(7, 7));
    expect(outputs.get("hot")).toEqual(Float32Array.of(1, 0, 0));
    expect(outputs.get("upper")).toEqual(["A", "B"]);
  });

  test.each(["matmul_2", "constant_1", "_matmul_2", "input:x", "label", "a b/ü", "__proto__"])(
    "gives way to an input called %s",
    async (name) => {
      const outputs = await runOnnx(linear(name).encode(), 1, { [name]: Float32Array.of(1, 1) });
      expect(outputs.get("y")).toEqual(Float32Array.of(6));
    },
  );

  test("gives way to an output called like one of its tensors", async () => {
    const graph = linear();
    const other = graph.constant({ type: "float", shape: [1], values: [4] });
    graph.output("cast_1", other, "float", [1]);
    const outputs = await runOnnx(graph.encode(), 1, { x: Float32Array.of(1, 1) });
    expect([outputs.get("y"), outputs.get("cast_1")]).toEqual([Float32Array.of(6), Float32Array.of(4)]);
  });

  test("can give an input out again", async () => {
    const graph = new OnnxGraph("same");
    const x = graph.input("x", "string", 1);
    graph.output("first", x, "string", ["N", 1]);
    graph.output("second", x, "string", ["N", 1]);
    const outputs = await runOnnx(graph.encode(), 2, { x: ["a", ""] });
    expect([...outputs]).toEqual([
      ["first", ["a", ""]],
      ["second", ["a", ""]],
    ]);
  });

  test("refuses an output with the name of an input, in either order", () => {
    expect(() => linear("y")).toThrow(MltError);
    expect(() => linear().input("y", "float", 1)).toThrow(
      'A feature is called "y", the name of an output of the model',
    );
  });

  test("refuses a second input or output of one name, and values that do not fill the shape", () => {
    expect(() => linear().input("x", "float", 1)).toThrow(RangeError);
    const graph = linear();
    const two = graph.constant({ type: "double", shape: [3], values: [1, 2] });
    expect(() => graph.output("y", two, "double", [3])).toThrow(RangeError);
    expect(() => graph.encode()).toThrow("Cannot lay 2 values out as [3]");
  });

  test("encodes the same calls to the same bytes, metadata included", () => {
    const metadata = { classes: '["a","b"]', mlt: "1" };
    expect(linear().encode(metadata)).toEqual(linear().encode(metadata));
    const graph = linear();
    expect(graph.encode(metadata)).toEqual(graph.encode(metadata));
    expect(graph.encode({ classes: "[]" })).not.toEqual(graph.encode());
  });
});
