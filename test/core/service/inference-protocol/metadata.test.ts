import { expect, test } from "bun:test";
import { Value } from "@sinclair/typebox/value";
import {
  ModelMetadataSchema,
  ModelReadySchema,
  ServerLiveSchema,
  ServerReadySchema,
  ServerSchema,
} from "../../../../core/service/inference-protocol/inference-schemas.ts";
import { doublingPredictor } from "../../../support/fixed-softmax-predictor.ts";
import { listeningPredictor, mixedFeatures } from "../../../support/inference.ts";
import { testService } from "../../../support/test-service.ts";

const iris = "/v2/models/iris";

test.each(["/v2", "/v2/"])("GET %s names the server and the extension for binary data", async (path) => {
  const response = await testService().get(path);
  expect(response.status).toBe(200);
  const body = await response.json();
  expect(body).toEqual({ name: "mlt", version: "0.1.0", extensions: ["binary_tensor_data"] });
  expect(Value.Check(ServerSchema, body)).toBe(true);
});

test.each([
  ["/v2/health/live", { live: true }, ServerLiveSchema],
  ["/v2/health/ready", { live: true, ready: true }, ServerReadySchema],
  [`${iris}/ready`, { name: "iris", ready: true }, ModelReadySchema],
  [`${iris}/versions/1.2.0/ready`, { name: "iris", ready: true }, ModelReadySchema],
] as const)("GET %s answers 200", async (path, expected, schema) => {
  const response = await testService().get(path);
  expect(response.status).toBe(200);
  const body: unknown = await response.json();
  expect(body).toEqual(expected);
  expect(Value.Check(schema, body)).toBe(true);
});

test.each([iris, `${iris}/versions/1.2.0`])("GET %s describes a classifier", async (path) => {
  const response = await testService().get(path);
  const body = await response.json();
  expect(body).toEqual({
    name: "iris",
    versions: ["1.2.0"],
    platform: "onnx_onnxv1",
    inputs: ["sepal_length", "sepal_width", "petal_length", "petal_width"].map((name) => ({
      name,
      datatype: "FP32",
      shape: [-1],
    })),
    outputs: [
      { name: "label", datatype: "BYTES", shape: [-1] },
      {
        name: "probabilities",
        datatype: "FP32",
        shape: [-1, 3],
        parameters: { classes: ["setosa", "versicolor", "virginica"] },
      },
    ],
  });
  expect(Value.Check(ModelMetadataSchema, body)).toBe(true);
});

test("GET /v2/models/{name} describes a regressor", async () => {
  const service = testService({ predictor: doublingPredictor() });
  expect(await (await service.get("/v2/models/doubling")).json()).toMatchObject({
    inputs: [{ name: "x", datatype: "FP32", shape: [-1] }],
    outputs: [{ name: "prediction", datatype: "FP32", shape: [-1] }],
  });
});

test("GET /v2/models/{name} has a datatype for every type of a feature", async () => {
  const service = testService({ predictor: listeningPredictor(mixedFeatures).predictor });
  const { inputs } = JSON.parse(await (await service.get("/v2/models/mixed")).text());
  expect(inputs.map(({ name, datatype }: Record<string, string>) => `${name} ${datatype}`)).toEqual([
    "size FP32",
    "count INT64",
    "sold BOOL",
    "colour BYTES",
    "note BYTES",
  ]);
});

test.each([
  ["GET", "/v2/models/other"],
  ["GET", "/v2/models/other/ready"],
  ["POST", "/v2/models/other/infer"],
  ["GET", `${iris}/versions/2`],
  ["GET", `${iris}/versions/2/ready`],
  ["POST", `${iris}/versions/1.2/infer`],
  ["GET", `${iris}/`],
  ["GET", `${iris}/config`],
  ["GET", "/v2/models/IRIS"],
  ["GET", "/v2/models/"],
  ["POST", "/v2/repository/index"],
  ["GET", "/v2/health"],
])("%s %s is not found, in the protocol's words and as a problem", async (method, path) => {
  const service = testService();
  const response = await service.get(path, { method });
  const sentence = 'There is nothing at this path; the model is "iris", its version "1.2.0"';
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  expect(await response.json()).toEqual({
    error: sentence,
    type: "about:blank",
    title: "Not Found",
    status: 404,
    detail: sentence,
    request_id: "id-1",
  });
  expect(service.entries).toMatchObject([{ route: "unmatched", status: 404 }]);
});

test.each([
  ["POST", "/v2", "GET, HEAD, OPTIONS"],
  ["POST", iris, "GET, HEAD, OPTIONS"],
  ["GET", `${iris}/infer`, "POST, OPTIONS"],
])("%s %s is not allowed, and says so to the protocol's clients", async (method, path, allow) => {
  const response = await testService().get(path, { method });
  expect([response.status, response.headers.get("allow")]).toEqual([405, allow]);
  const { error, detail } = JSON.parse(await response.text());
  expect(error).toBe(detail);
});

test("drain() makes server and model unready, and leaves the server alive", async () => {
  const service = testService();
  await service.drain();
  for (const path of ["/v2/health/ready", `${iris}/ready`, `${iris}/versions/1.2.0/ready`]) {
    const response = await service.get(path);
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "1"]);
    expect(await response.json()).toMatchObject({ error: "The service is shutting down" });
  }
  const refused = await service.post(`${iris}/infer`, {});
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "1"]);
  expect(await refused.json()).toMatchObject({
    error: "The service is shutting down; send the request again",
  });
  expect((await service.get("/v2/health/live")).status).toBe(200);
});

test("GET /metrics names the protocol's routes by their template, whoever asks for what", async () => {
  const service = testService();
  await service.get("/v2/");
  await service.get(`${iris}/versions/1.2.0`);
  await service.post(`${iris}/infer`, {});
  await service.get(`${iris}/infer`);
  await service.get("/v2/models/s3cret");
  await service.get("/v2/models/iris/versions/s3cret");
  const lines = (await (await service.get("/metrics")).text()).split("\n");
  expect(lines.filter((line) => line.startsWith("mlt_request_total"))).toEqual([
    'mlt_request_total{route="/v2",status="200"} 1',
    'mlt_request_total{route="/v2/models/{name}/versions/{version}",status="200"} 1',
    'mlt_request_total{route="/v2/models/{name}/infer",status="400"} 1',
    'mlt_request_total{route="/v2/models/{name}/infer",status="405"} 1',
    'mlt_request_total{route="unmatched",status="404"} 2',
  ]);
});
