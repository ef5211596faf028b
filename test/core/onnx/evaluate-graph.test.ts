import { describe, expect, test } from "bun:test";
import { evaluateGraph } from "../../../core/onnx/evaluate-graph.ts";
import { OnnxGraph, type OnnxValue } from "../../../core/onnx/graph.ts";
import type { OnnxAttributes, OnnxDimension, OnnxType } from "../../../core/onnx/messages.ts";
import { ProtobufWriter } from "../../../core/onnx/protobuf.ts";
import { runOnnx } from "../../support/run-onnx.ts";

// Expected values are worked by hand from https://onnx.ai/onnx/operators; ONNX Runtime is held to them as well (`runOnnx`).

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;
const float = { to: { int: 1 } };
const double = { to: { int: 11 } };

type Build = (graph: OnnxGraph, x: OnnxValue) => OnnxValue;

interface Run {
  /** Rows of x, all of the same width; of text, one a row. */
  readonly x: readonly (readonly number[])[] | readonly string[];
  /** Width of x where there are no rows to tell it. */
  readonly width?: number;
  readonly build: Build;
  /** What the graph gives, row after row. Default: numbers. */
  readonly gives?: OnnxType;
  /** Whether it gives a vector with one value a row. */
  readonly isVector?: boolean;
}

/** What the graph gives here; ONNX Runtime must give the same. */
async function run({ x, width, build, gives = "float", isVector = false }: Run): Promise<readonly unknown[]> {
  const cells = x.flat();
  const isText = x.some((row) => typeof row === "string");
  const columns = width ?? (isText ? 1 : cells.length / x.length);
  const graphOf = (shape: readonly OnnxDimension[]) => {
    const graph = new OnnxGraph("one operator");
    const result = build(graph, graph.input("x", isText ? "string" : "float", columns));
    graph.output("y", gives === "float" ? graph.node("Cast", [result], float) : result, gives, shape);
    return graph.encode();
  };
  const session = evaluateGraph(graphOf([]));
  if (session === undefined) throw new Error("The graph was not evaluated here");
  const inputs = { x: isText ? cells.map(String) : Float32Array.from(cells, Number) };
  const rows = { nRows: x.length, values: new Map(Object.entries(inputs)) };
  const values = Array.from<unknown>((await session.run(rows, ["y"])).get("y") ?? []);
  const shape = isVector ? (["N"] as const) : (["N", values.length / x.length] as const);
  // No rows are no tensor to the adapter.
  if (x.length > 0) await runOnnx(graphOf(shape), x.length, inputs);
  return values;
}

const doubles = (graph: OnnxGraph, shape: readonly number[], values: readonly number[]) =>
  graph.constant({ type: "double", shape, values });
const int64s = (graph: OnnxGraph, values: readonly number[]) =>
  graph.constant({ type: "int64", shape: [values.length], values });

/** An operator of x, as double, and a constant. */
const withConstant =
  (op: string, shape: readonly number[], values: readonly number[]): Build =>
  (graph, x) =>
    graph.node(op, [graph.node("Cast", [x], double), doubles(graph, shape, values)]);

/** An operator of x alone. */
const alone =
  (op: string, attributes: OnnxAttributes = {}): Build =>
  (graph, x) =>
    graph.node(op, [graph.node("Cast", [x], double)], attributes);

describe("evaluateGraph() adds, subtracts, multiplies, divides and compares", () => {
  test.each([
    ["Add", [11, 22, 13, 24]],
    ["Sub", [-9, -18, -7, -16]],
    ["Mul", [10, 40, 30, 80]],
    ["Div", [0.1, 0.1, 0.3, 0.2]],
  ] as const)("a row to every row: %s", async (op, expected) => {
    const y = await run({
      x: [
        [1, 2],
        [3, 4],
      ],
      build: withConstant(op, [1, 2], [10, 20]),
    });
    expect(y).toEqual(expected.map(Math.fround));
  });

  test("a vector, a single number and a number without axes to every row", async () => {
    const x = [
      [1, 2],
      [3, 4],
    ];
    expect(await run({ x, build: withConstant("Add", [2], [10, 20]) })).toEqual([11, 22, 13, 24]);
    expect(await run({ x, build: withConstant("Add", [1], [10]) })).toEqual([11, 12, 13, 14]);
    expect(await run({ x, build: withConstant("Add", [], [10]) })).toEqual([11, 12, 13, 14]);
  });

  test("one column to many, which makes the answer wide", async () => {
    const y = await run({ x: [[1], [2]], build: withConstant("Equal", [1, 3], [1, 2, 1]), width: 1 });
    expect(y).toEqual([1, 0, 1, 0, 1, 0]);
  });

  test("with NaN, which equals nothing, infinities and a divisor of 0", async () => {
    const x = [[nan, 1, -1, 0]];
    expect(await run({ x, build: withConstant("Equal", [1, 4], [nan, 1, 1, -0]) })).toEqual([0, 1, 0, 1]);
    expect(await run({ x, build: withConstant("Div", [], [0]) })).toEqual([nan, infinity, -infinity, nan]);
    expect(await run({ x, build: withConstant("Sub", [], [infinity]) })).toEqual([
      nan,
      -infinity,
      -infinity,
      -infinity,
    ]);
  });

  test("in double where the graph is double: 2^24 + 1 is lost in float32 only", async () => {
    const nearly: Build = (graph, x) => {
      const far = graph.node("Add", [graph.node("Cast", [x], double), doubles(graph, [], [2 ** 24])]);
      return graph.node("Sub", [far, doubles(graph, [], [2 ** 24])]);
    };
    const inFloat: Build = (graph, x) => {
      const big = graph.constant({ type: "float", shape: [], values: [2 ** 24] });
      return graph.node("Sub", [graph.node("Add", [x, big]), big]);
    };
    expect(await run({ x: [[1]], build: nearly })).toEqual([1]);
    expect(await run({ x: [[1]], build: inFloat })).toEqual([0]);
  });
});

test("evaluateGraph() multiplies matrices", async () => {
  // [1 2; 3 4] · [1 0 -1; 10 0.5 2] = [21 1 3; 43 2 5]
  const build = withConstant("MatMul", [2, 3], [1, 0, -1, 10, 0.5, 2]);
  expect(
    await run({
      x: [
        [1, 2],
        [3, 4],
      ],
      build,
    }),
  ).toEqual([21, 1, 3, 43, 2, 5]);
  // 0 times NaN is NaN.
  expect(await run({ x: [[nan, 2]], build })).toEqual([nan, nan, nan]);
});

test("evaluateGraph() takes the softmax of each row, without overflow", async () => {
  // exp(0), exp(ln 3): a quarter and three; equal scores, however large; -infinity has no share.
  const x = [
    [0, Math.log(3)],
    [1000, 1000],
    [-1000, -1000],
    [3, -infinity],
  ];
  const y = await run({ x, build: alone("Softmax", { axis: { int: 1 } }) });
  expect(y.map((share) => Number(Number(share).toFixed(6)))).toEqual([0.25, 0.75, 0.5, 0.5, 0.5, 0.5, 1, 0]);
  expect(await run({ x: [[nan, 1]], build: alone("Softmax", { axis: { int: 1 } }) })).toEqual([nan, nan]);
});

test("evaluateGraph() finds the first of the largest", async () => {
  const build = alone("ArgMax", { axis: { int: 1 }, keepdims: { int: 0 } });
  expect(
    await run({
      isVector: true,
      x: [
        [1, 3, 2],
        [5, 5, 5],
        [0, 7, 7],
        [-3, -2, -1],
      ],
      build,
    }),
  ).toEqual([1, 0, 1, 2]);
});

test("evaluateGraph() finds what is NaN, and puts another number there", async () => {
  const x = [
    [nan, 1],
    [2, nan],
    [-0, infinity],
  ];
  expect(await run({ x, build: alone("IsNaN") })).toEqual([1, 0, 0, 1, 0, 0]);
  const filled: Build = (graph, raw) => {
    const value = graph.node("Cast", [raw], double);
    return graph.node("Where", [graph.node("IsNaN", [value]), doubles(graph, [1, 2], [8, 9]), value]);
  };
  expect(await run({ x, build: filled })).toEqual([8, 1, 2, 9, -0, infinity]);
});

/** The codes of red and green; 7 of anything else. */
const encoded: Build = (graph, x) =>
  graph.node(
    "LabelEncoder",
    [x],
    {
      keys_strings: { strings: ["red", "grün"] },
      values_int64s: { ints: [3, -4] },
      default_int64: { int: 7 },
    },
    "ai.onnx.ml",
  );

test("evaluateGraph() encodes text, and tells the unknown, the empty and another case apart", async () => {
  const x = ["red", "grün", "", "Red", "__proto__", "constructor"];
  expect(await run({ x, build: encoded })).toEqual([3, -4, 7, 7, 7, 7]);
});

test("evaluateGraph() looks numbers up, and finds neither NaN nor what is not there", async () => {
  const build: Build = (graph, x) =>
    graph.node(
      "LabelEncoder",
      [x],
      {
        keys_floats: { floats: [0, 2, -3] },
        values_floats: { floats: [0.5, 1, 2] },
        default_float: { float: nan },
      },
      "ai.onnx.ml",
    );
  expect(await run({ x: [[0, -0, 2, -3, nan, 1e-45]], build })).toEqual([0.5, 0.5, 1, 2, nan, nan]);
});

test("evaluateGraph() takes logarithms and keeps numbers in bounds", async () => {
  // e is not a float32: the logarithm of the nearest is 1 to 8 digits.
  const [one, zero, ...others] = await run({ x: [[Math.E, 1, 0, -1, nan]], build: alone("Log") });
  expect(Number(one)).toBeCloseTo(1, 6);
  expect([zero, ...others]).toEqual([0, -infinity, nan, nan]);
  const clipped: Build = (graph, x) =>
    graph.node("Clip", [graph.node("Cast", [x], double), doubles(graph, [], [-1]), doubles(graph, [], [2])]);
  expect(await run({ x: [[-7, -1, 0.5, infinity, nan]], build: clipped })).toEqual([-1, -1, 0.5, 2, nan]);
});

test("evaluateGraph() puts text in the place of text", async () => {
  const build: Build = (graph, x) => {
    const isRed = graph.node("Equal", [encoded(graph, x), int64s(graph, [3])]);
    return graph.node("Where", [
      isRed,
      graph.constant({ type: "string", shape: [1, 1], values: ["rouge"] }),
      x,
    ]);
  };
  expect(await run({ x: ["red", "", "blue"], build, gives: "string" })).toEqual(["rouge", "", "blue"]);
  expect(await run({ x: ["red"], build, gives: "string" })).toEqual(["rouge"]);
});

test("evaluateGraph() casts to float32, double and truth", async () => {
  expect(await run({ x: [[0.1, 2 ** 24 + 2]], build: alone("Identity") })).toEqual([
    Math.fround(0.1),
    2 ** 24 + 2,
  ]);
  const truth = alone("Cast", { to: { int: 9 } });
  expect(await run({ x: [[0, -0, 0.5, -3, nan]], build: truth })).toEqual([0, 0, 1, 1, 1]);
});

test("evaluateGraph() takes and joins columns", async () => {
  const x = [
    [1, 2, 3],
    [4, 5, 6],
  ];
  const reversed: Build = (graph, value) =>
    graph.node("Gather", [value, int64s(graph, [2, 0])], { axis: { int: 1 } });
  expect(await run({ x, build: reversed })).toEqual([3, 1, 6, 4]);
  const twice: Build = (graph, value) =>
    graph.node("Concat", [value, reversed(graph, value), value], { axis: { int: 1 } });
  expect(await run({ x, build: twice })).toEqual([1, 2, 3, 3, 1, 1, 2, 3, 4, 5, 6, 6, 4, 4, 5, 6]);
});

/** The name of the largest column. */
const named: Build = (graph, x) => {
  const best = graph.node("ArgMax", [x], { axis: { int: 1 }, keepdims: { int: 0 } });
  return graph.node("Gather", [
    graph.constant({ type: "string", shape: [3], values: ["a", "b", "ç"] }),
    best,
  ]);
};

test.each([1, 2, 3])("evaluateGraph() names the largest of %i rows", async (nRows) => {
  const x = [
    [0, 1, 2],
    [2, 1, 0],
    [0, 1, 0],
  ].slice(0, nRows);
  expect(await run({ x, build: named, gives: "string", isVector: true })).toEqual(
    ["ç", "a", "b"].slice(0, nRows),
  );
});

/** The same row for every row of x. */
const constantRows: Build = (graph, x) => {
  const nRows = graph.node("Gather", [graph.node("Shape", [x]), int64s(graph, [0])], { axis: { int: 0 } });
  const shape = graph.node("Concat", [nRows, int64s(graph, [2])], { axis: { int: 0 } });
  return graph.node("Expand", [doubles(graph, [1, 2], [0.25, 0.75]), shape]);
};

test.each([0, 1, 3])("evaluateGraph() repeats a row for %i rows", async (nRows) => {
  const x = Array.from({ length: nRows }, () => [1, 1, 1]);
  const expected = Array.from({ length: nRows }, () => [0.25, 0.75]).flat();
  expect(await run({ x, width: 3, build: constantRows })).toEqual(expected);
});

test("evaluateGraph() gives nothing for no rows, whatever the operator", async () => {
  const builds: readonly Build[] = [
    withConstant("Add", [1, 3], [1, 2, 3]),
    withConstant("MatMul", [3, 1], [1, 2, 3]),
    alone("Softmax", { axis: { int: 1 } }),
    alone("IsNaN"),
    alone("ArgMax", { axis: { int: 1 }, keepdims: { int: 0 } }),
  ];
  for (const build of builds) expect(await run({ x: [], width: 3, build })).toEqual([]);
  expect(await run({ x: [], width: 3, build: named, gives: "string" })).toEqual([]);
});

/** y = x / 3, with more numbers than it needs. */
function third(extra: readonly number[] = []): OnnxGraph {
  const graph = new OnnxGraph("third");
  const x = graph.node("Cast", [graph.input("x", "float", 1)], double);
  if (extra.length > 0) doubles(graph, [extra.length], extra);
  graph.output("y", graph.node("Cast", [graph.node("Div", [x, doubles(graph, [], [3])])], float), "float", [
    "N",
    1,
  ]);
  return graph;
}

test("evaluateGraph() leaves a graph of more than 10,000 numbers to ONNX Runtime", () => {
  expect(evaluateGraph(third(Array(9_999).fill(0)).encode())).toBeDefined();
  expect(evaluateGraph(third(Array(10_000).fill(0)).encode())).toBeUndefined();
});

test.each<readonly [string, Build]>([
  ["Relu", alone("Relu")],
  ["Softmax along the rows", alone("Softmax", { axis: { int: 0 } })],
  ["Softmax along an axis that is left out", alone("Softmax")],
  ["Cast to float16", alone("Cast", { to: { int: 10 } })],
  ["a constant of three axes", withConstant("Add", [1, 1, 1], [1])],
  [
    "LabelEncoder to text",
    (graph, x) =>
      graph.node(
        "LabelEncoder",
        [x],
        { keys_strings: { strings: ["a"] }, values_strings: { strings: ["b"] } },
        "ai.onnx.ml",
      ),
  ],
])("evaluateGraph() leaves %s to ONNX Runtime", (_, build) => {
  const graph = new OnnxGraph("foreign");
  graph.output("y", build(graph, graph.input("x", "float", 1)), "float", ["N", 1]);
  expect(evaluateGraph(graph.encode())).toBeUndefined();
});

test("evaluateGraph() leaves a graph of another program, or of other operator sets, to ONNX Runtime", () => {
  const onnx = third().encode();
  expect(evaluateGraph(onnx)).toBeDefined();
  // Producer name "mlt" is field 2; operator set versions 17 and 3 are field 2 of the last messages.
  const other = Uint8Array.from(onnx);
  other.set(new TextEncoder().encode("tfx"), 4);
  expect(evaluateGraph(other)).toBeUndefined();
  const newer = Uint8Array.from(onnx);
  newer[newer.length - 1] = 4;
  expect(evaluateGraph(newer)).toBeUndefined();
});

test("evaluateGraph() opens no graph that is cut off, wherever that is", async () => {
  const onnx = third().encode();
  const opened = Array.from(onnx.keys()).filter(
    (length) => evaluateGraph(onnx.subarray(0, length)) !== undefined,
  );
  expect(opened).toEqual([]);
});

test("evaluateGraph() opens a graph with one byte changed as the same graph, as another or not at all", async () => {
  const onnx = third().encode();
  const columns = { nRows: 1, values: new Map([["x", Float32Array.of(6)]]) };
  for (const [at, byte] of onnx.entries()) {
    for (const other of [byte ^ 1, byte ^ 0x80, 0, 255]) {
      const session = evaluateGraph(Uint8Array.from(onnx).fill(other, at, at + 1));
      // Whatever it became, it answers one number or rejects: it neither hangs nor answers half of a row.
      const outputs = await session?.run(columns, ["y"]).catch((cause: unknown) => cause);
      if (outputs instanceof Map) expect(outputs.get("y")).toHaveLength(1);
      else expect(outputs === undefined || outputs instanceof Error).toBe(true);
    }
  }
});

test("evaluateGraph() opens no bytes that are no graph", () => {
  for (const bytes of [
    new Uint8Array(),
    new Uint8Array(1000),
    new Uint8Array(1000).fill(255),
    new ProtobufWriter().bytes(2, "mlt").finish(),
  ]) {
    expect(evaluateGraph(bytes)).toBeUndefined();
  }
});

test("evaluateGraph() opens a graph of a hundred thousand categories, or refuses it, without squaring them", () => {
  const graph = new OnnxGraph("wide");
  const strings = Array.from({ length: 100_000 }, (_, index) => `category ${index}`);
  const attributes = { keys_strings: { strings }, values_int64s: { ints: strings.map((_, index) => index) } };
  const code = graph.node("LabelEncoder", [graph.input("x", "string", 1)], attributes, "ai.onnx.ml");
  graph.output("y", graph.node("Cast", [code], float), "float", ["N", 1]);
  expect(evaluateGraph(graph.encode())).toBeDefined();
});

test("evaluateGraph() leaves a graph to others that takes long to read", () => {
  const graphWith = (length: number) => {
    const graph = new OnnxGraph("words");
    const keys = { keys_strings: { strings: ["a".repeat(length)] }, values_int64s: { ints: [1] } };
    const code = graph.node("LabelEncoder", [graph.input("x", "string", 1)], keys, "ai.onnx.ml");
    graph.output("y", graph.node("Cast", [code], float), "float", ["N", 1]);
    return graph.encode();
  };
  expect(evaluateGraph(graphWith(1_000))).toBeDefined();
  expect(evaluateGraph(graphWith(2 ** 22))).toBeUndefined();
});
