import { expect, test } from "bun:test";
import { Value } from "@sinclair/typebox/value";
import { InferenceAnswerSchema } from "../../../../core/service/inference-protocol/inference-schemas.ts";
import { doublingPredictor, fixedCard } from "../../../support/fixed-softmax-predictor.ts";
import {
  binaryAnswer,
  binaryRequest,
  bytesOf,
  listeningPredictor,
  mixedFeatures,
  plain,
} from "../../../support/inference.ts";
import { goodRow, testLimits, testService } from "../../../support/test-service.ts";

const infer = "/v2/models/iris/infer";
const double = "/v2/models/doubling/infer";
const names = ["sepal_length", "sepal_width", "petal_length", "petal_width"];

/** Two rows: the good one, and one whose petal of 6 makes a virginica. */
const inputs = [
  { name: "sepal_length", shape: [2], datatype: "FP32", data: [5.1, 5.1] },
  { name: "sepal_width", shape: [2], datatype: "FP32", data: [3.5, 3.5] },
  { name: "petal_length", shape: [2], datatype: "FP32", data: [1.4, 6] },
  { name: "petal_width", shape: [2], datatype: "FP32", data: [0.2, 0.2] },
];

function doubling() {
  return testService({ predictor: doublingPredictor() });
}

test.each([infer, "/v2/models/iris/versions/1.2.0/infer"])(
  "POST %s answers as the protocol has it",
  async (path) => {
    const service = testService();
    const response = await service.post(path, { id: "42", inputs });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(response.headers.get("x-model-id")).toBe(fixedCard.id);
    const body = JSON.parse(await response.text());
    const rows = [goodRow, { ...goodRow, petal_length: 6 }];
    const proba = JSON.parse(await (await service.post("/api/proba_predictions", rows)).text());
    expect(body).toEqual({
      model_name: "iris",
      model_version: "1.2.0",
      id: "42",
      outputs: [
        { name: "label", datatype: "BYTES", shape: [2], data: ["setosa", "virginica"] },
        {
          name: "probabilities",
          datatype: "FP32",
          shape: [2, 3],
          data: proba.flatMap((row: { probabilities: number[] }) => row.probabilities),
        },
      ],
    });
    expect(Value.Check(InferenceAnswerSchema, body)).toBe(true);
  },
);

test("POST infer writes numbers as the shortest float32, and no id where none was sent", async () => {
  const response = await doubling().post(double, {
    inputs: [{ name: "x", shape: [2], datatype: "FP64", data: [0.1, -3] }],
  });
  expect(await response.text()).toBe(
    '{"model_name":"doubling","model_version":"1.2.0","outputs":[{"name":"prediction","datatype":"FP32","shape":[2],"data":[0.2,-6]}]}',
  );
});

test("POST infer takes inputs in any order, and of shape [N, 1], nested or flat", async () => {
  const response = await testService().post(infer, {
    inputs: inputs.toReversed().map((input, index) => ({
      ...input,
      shape: [2, 1],
      data: index % 2 === 0 ? input.data : input.data.map((value) => [value]),
    })),
  });
  const body = JSON.parse(await response.text());
  expect(body.outputs[0].data).toEqual(["setosa", "virginica"]);
});

test.each([
  ["flat", [5.1, 3.5, 1.4, 0.2, 5.1, 3.5, 6, 0.2]],
  [
    "nested",
    [
      [5.1, 3.5, 1.4, 0.2],
      [5.1, 3.5, 6, 0.2],
    ],
  ],
])("POST infer takes one input of all features, whatever its name, with %s data", async (_, data) => {
  const response = await testService().post(infer, {
    inputs: [{ name: "predict", shape: [2, 4], datatype: "FP64", data }],
  });
  expect(JSON.parse(await response.text()).outputs[0].data).toEqual(["setosa", "virginica"]);
});

test("POST infer gives the outputs that are asked for, in that order", async () => {
  const answer = async (outputs: unknown) => {
    const response = await testService().post(infer, { inputs, outputs });
    return JSON.parse(await response.text()).outputs.map(({ name }: { name: string }) => name);
  };
  expect(await answer([{ name: "label", parameters: { classification: 2 } }])).toEqual(["label"]);
  expect(await answer([{ name: "probabilities" }, { name: "label" }])).toEqual(["probabilities", "label"]);
  expect(await answer([])).toEqual(["label", "probabilities"]);
});

test("POST infer passes over parameters and members that it does not know", async () => {
  const response = await testService().post(infer, {
    model_name: "mymodel",
    parameters: { content_type: "pd", priority: 1, ["__proto__"]: 1 },
    inputs: inputs.map((input) => ({ ...input, parameters: { content_type: "np" } })),
  });
  expect(response.status).toBe(200);
});

// Binary Tensor Data Extension: little-endian, row-major, each element of BYTES after its length of 4 bytes.
test("POST infer takes binary inputs and gives binary outputs", async () => {
  const floats = [5.1, 3.5, 1.4, 0.2].map((value) => bytesOf(4, (view) => view.setFloat32(0, value, true)));
  const request = {
    inputs: names.map((name) => ({
      name,
      shape: [1],
      datatype: "FP32",
      parameters: { binary_data_size: 4 },
    })),
    outputs: [
      { name: "label", parameters: { binary_data: true } },
      { name: "probabilities", parameters: { binary_data: true } },
    ],
  };
  const service = testService({ limits: { ...testLimits, maxRows: 3, maxBodyBytes: 10_000 } });
  const response = await service.get(infer, binaryRequest(request, ...floats));
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("application/octet-stream");
  const { json, binary } = await binaryAnswer(response);
  expect(json.outputs).toEqual([
    { name: "label", datatype: "BYTES", shape: [1], parameters: { binary_data_size: 10 } },
    { name: "probabilities", datatype: "FP32", shape: [1, 3], parameters: { binary_data_size: 12 } },
  ]);
  expect(binary.slice(0, 10)).toEqual([6, 0, 0, 0, ...new TextEncoder().encode("setosa")]);
  const proba = JSON.parse(await (await service.post("/api/proba_predictions", [goodRow])).text());
  const expected = new Uint8Array(Float32Array.from(proba[0].probabilities).buffer);
  expect(binary.slice(10)).toEqual(Array.from(expected));
});

test("binary_data_output makes all outputs binary, but for one that says otherwise", async () => {
  const parameters = { binary_data_output: true };
  const all = await binaryAnswer(await testService().post(infer, { parameters, inputs }));
  expect(all.json.outputs.map((output: object) => "data" in output)).toEqual([false, false]);
  const outputs = [{ name: "label", parameters: { binary_data: false } }, { name: "probabilities" }];
  const one = await binaryAnswer(await testService().post(infer, { parameters, inputs, outputs }));
  expect(one.json.outputs[0].data).toEqual(["setosa", "virginica"]);
  expect(one.binary.length).toBe(24);
});

const encodings: readonly [string, number[], number][] = [
  ["INT8", [0xfe], -2],
  ["UINT8", [0xfe], 254],
  ["INT16", [0xfe, 0xff], -2],
  ["UINT16", [0, 1], 256],
  ["INT32", [0xfe, 0xff, 0xff, 0xff], -2],
  ["UINT32", [0, 0, 0, 0x80], 2 ** 31],
  ["INT64", [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], -2],
  ["UINT64", [0, 0, 0, 0, 0, 0, 0, 0x80], 2 ** 63],
  // IEEE 754: 1.5 is 1.1 in binary, so a mantissa of a single bit, with the exponents' biases of 15, 127 and 1023.
  ["FP16", [0, 0x3e], 1.5],
  ["FP32", [0, 0, 0xc0, 0x3f], 1.5],
  ["FP64", [0, 0, 0, 0, 0, 0, 0xf8, 0x3f], 1.5],
];
test.each(encodings)("POST infer reads binary %s %p", async (datatype, bytes, value) => {
  const parameters = { binary_data_size: bytes.length };
  const request = { inputs: [{ name: "x", shape: [1], datatype, parameters }] };
  const response = await doubling().get(double, binaryRequest(request, bytes));
  expect(JSON.parse(await response.text()).outputs[0].data.map(Math.fround)).toEqual([2 * value]);
});

test("POST infer lays every type of a feature out as /api/predictions does", async () => {
  const { predictor, asked } = listeningPredictor(mixedFeatures);
  const service = testService({ predictor });
  const rows = [
    { size: 0.7, count: 3, sold: true, colour: "red", note: "ü" },
    { size: null, count: -1, sold: false, colour: null, note: " " },
  ];
  expect((await service.post("/api/predictions", rows)).status).toBe(200);
  const response = await service.post("/v2/models/mixed/infer", {
    inputs: [
      { name: "size", shape: [2], datatype: "FP32", data: [0.7, null] },
      { name: "count", shape: [2], datatype: "INT32", data: [3, -1] },
      { name: "sold", shape: [2], datatype: "BOOL", data: [true, false] },
      { name: "colour", shape: [2], datatype: "BYTES", data: ["red", ""] },
      { name: "note", shape: [2], datatype: "BYTES", data: ["ü", " "] },
    ],
  });
  expect(response.status).toBe(200);
  expect(plain(asked[1])).toEqual(plain(asked[0]));
});

test("POST infer reads binary BOOL and BYTES, and NaN as missing", async () => {
  const { predictor, asked } = listeningPredictor(mixedFeatures);
  const service = testService({ predictor });
  const input = (name: string, datatype: string, size: number) => ({
    name,
    datatype,
    shape: [2],
    parameters: { binary_data_size: size },
  });
  const request = {
    inputs: [
      input("size", "FP32", 8),
      input("count", "FP64", 16),
      input("sold", "BOOL", 2),
      input("colour", "BYTES", 13),
      input("note", "BYTES", 11),
    ],
  };
  const floats = [0.7, Number.NaN].flatMap((value) => bytesOf(4, (view) => view.setFloat32(0, value, true)));
  const doubles = [3, -1].flatMap((value) => bytesOf(8, (view) => view.setFloat64(0, value, true)));
  const colours = [5, 0, 0, 0, ...new TextEncoder().encode("green"), 0, 0, 0, 0];
  const notes = [2, 0, 0, 0, ...new TextEncoder().encode("ü"), 1, 0, 0, 0, 0x61];
  const response = await service.get(
    "/v2/models/mixed/infer",
    binaryRequest(request, floats, doubles, [1, 0], colours, notes),
  );
  expect(response.status).toBe(200);
  expect(plain(asked[0])).toEqual({
    // The float32 of 0.7 is less than 0.7, and the feature's least value is 0.7.
    size: [Math.fround(0.7), Number.NaN],
    count: [3, -1],
    sold: [1, 0],
    colour: ["green", ""],
    note: ["ü", "a"],
  });
});

test("POST infer takes an input that is left out as missing in all rows, if it may be", async () => {
  const { predictor, asked } = listeningPredictor(mixedFeatures);
  const response = await testService({ predictor }).post("/v2/models/mixed/infer", {
    inputs: [
      { name: "note", shape: [2], datatype: "BYTES", data: ["a", "b"] },
      { name: "count", shape: [2], datatype: "FP32", data: [1, 2] },
    ],
  });
  expect(response.status).toBe(200);
  expect(plain(asked[0])).toEqual({
    size: [Number.NaN, Number.NaN],
    count: [1, 2],
    sold: [Number.NaN, Number.NaN],
    colour: ["", ""],
    note: ["a", "b"],
  });
});

test("POST infer takes booleans among numbers as 0 and 1, and missing ones as NaN", async () => {
  const features = mixedFeatures.slice(0, 3);
  const { predictor, asked } = listeningPredictor(features);
  const values = [1, 2, 1, 1, 2, 0, Number.NaN, 2, Number.NaN];
  const request = {
    inputs: [{ name: "input-0", shape: [3, 3], datatype: "FP32", parameters: { binary_data_size: 36 } }],
  };
  const floats = values.flatMap((value) => bytesOf(4, (view) => view.setFloat32(0, value, true)));
  const response = await testService({ predictor }).get(
    "/v2/models/mixed/infer",
    binaryRequest(request, floats),
  );
  expect(response.status).toBe(200);
  expect(plain(asked[0])["sold"]).toEqual([1, 0, Number.NaN]);
});

test("POST infer takes a feature by the name of __proto__ for unknown, and one of constructor for a feature", async () => {
  const { predictor, asked } = listeningPredictor([{ name: "constructor", type: "number", nullable: false }]);
  const service = testService({ predictor });
  const request = (name: string) => ({ inputs: [{ name, shape: [1], datatype: "FP32", data: [5] }] });
  expect((await service.post("/v2/models/mixed/infer", request("__proto__"))).status).toBe(400);
  expect((await service.post("/v2/models/mixed/infer", request("constructor"))).status).toBe(200);
  expect(plain(asked[0])).toEqual({ constructor: [5] });
});

test("POST infer counts the rows of an answer by class", async () => {
  const service = testService();
  await service.post(infer, { inputs });
  const text = await (await service.get("/metrics")).text();
  expect(text).toContain('mlt_prediction_total{class_name="setosa"} 1\n');
  expect(text).toContain('mlt_prediction_total{class_name="virginica"} 1\n');
});

test.each([{}, { binary_data_output: true }])(
  "POST infer with parameters %p answers 400 for a row of which the model says NaN",
  async (parameters) => {
    const nan = testService({
      predictor: { ...doublingPredictor(), score: () => Promise.resolve(Float32Array.of(Number.NaN)) },
    });
    const one = { parameters, inputs: [{ name: "x", shape: [1], datatype: "FP32", data: [1] }] };
    const failed = await nan.post(double, one);
    expect(failed.status).toBe(400);
    expect(await failed.json()).toMatchObject({
      error: "The model has no finite answer for rows of the body; see errors",
      errors: [{ row: 0 }],
    });
  },
);

test("GET /docs/json gives an example of an inference that the service accepts", async () => {
  const service = testService({ limits: { ...testLimits, maxRows: 3, maxBodyBytes: 10_000 } });
  const { paths } = JSON.parse(await (await service.get("/docs/json")).text());
  const { tags, requestBody, responses } = paths[infer].post;
  expect(tags).toEqual(["inference protocol"]);
  expect(Object.keys(responses)).toEqual(["200", "400", "408", "413", "415", "503"]);
  const response = await service.post(infer, requestBody.content["application/json"].example);
  expect(JSON.parse(await response.text()).outputs[0].data).toEqual(["setosa", "virginica"]);
});
