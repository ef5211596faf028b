import { expect, test } from "bun:test";
import { gunzipSync } from "node:zlib";
import type { Feature } from "../../../core/features/feature-spec.ts";
import {
  doublingPredictor,
  fixedCard,
  fixedSoftmaxPredictor,
} from "../../support/fixed-softmax-predictor.ts";
import { type TestService, testService } from "../../support/test-service.ts";

async function openApiOf(service: TestService) {
  return JSON.parse(await (await service.get("/docs/json")).text());
}

test("GET /docs is a page of the model's name and version, from relative addresses only", async () => {
  const response = await testService().get("/docs");
  const html = await response.text();
  expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(html).toContain("<title>iris 1.2.0</title>");
  const addresses = Array.from(html.matchAll(/(?:src|href)="([^"]*)"/g), ([, address]) => address);
  expect(addresses).toEqual([
    "data:,",
    "docs/assets/swagger-ui.css",
    "docs/assets/page.css",
    "./",
    "docs/json",
    "docs/assets/swagger-ui-bundle.js",
    "docs/assets/page.js",
  ]);
  expect(html).not.toMatch(/<script>|onload|style=/);
});

test("GET /docs forbids everything that the service does not send itself", async () => {
  const { headers } = await testService().get("/docs");
  const policy = headers.get("content-security-policy") ?? "";
  expect(policy).toContain("default-src 'none'; script-src 'self'; ");
  expect(policy).not.toContain("http");
});

test("GET /docs escapes a model's name", async () => {
  const service = testService({
    predictor: fixedSoftmaxPredictor({ ...fixedCard, name: "</title><script>" }),
  });
  expect(await (await service.get("/docs")).text()).toContain(
    "<title>&lt;/title&gt;&lt;script&gt; 1.2.0</title>",
  );
});

test("GET /docs/ leads to /docs, under whatever path", async () => {
  const response = await testService().get("/docs/");
  expect([response.status, response.headers.get("location")]).toEqual([308, "../docs"]);
});

test("no page, description or script of ours names another host", async () => {
  const service = testService();
  for (const path of ["/docs", "/docs/json", "/docs/assets/page.js", "/docs/assets/page.css"]) {
    expect(await (await service.get(path)).text()).not.toMatch(/unpkg|cdn|jsdelivr|https?:\/\//i);
  }
});

test.each(["swagger-ui-bundle.js", "swagger-ui.css"])(
  "GET /docs/assets/%s is compressed for those who ask",
  async (name) => {
    const service = testService();
    const plain = await service.get(`/docs/assets/${name}`);
    const gzipped = await service.get(`/docs/assets/${name}`, {
      headers: { "accept-encoding": "br, gzip;q=0.8" },
    });
    expect(plain.headers.has("content-encoding")).toBe(false);
    expect(gzipped.headers.get("content-encoding")).toBe("gzip");
    expect(gzipped.headers.get("vary")).toBe("accept-encoding");
    const bytes = new Uint8Array(await gzipped.arrayBuffer());
    expect(bytes.length).toBeLessThan(600_000);
    expect(gunzipSync(bytes).toString()).toBe(await plain.text());
  },
);

test.each(["gzip;q=0", "identity", "br", "gzip;q=0.000"])(
  "Accept-Encoding %s gets plain text",
  async (accept) => {
    const response = await testService().get("/docs/assets/swagger-ui.css", {
      headers: { "accept-encoding": accept },
    });
    expect(response.headers.has("content-encoding")).toBe(false);
  },
);

test("GET /docs/json describes every route of the contract, and no other", async () => {
  const { openapi, info, paths } = await openApiOf(testService());
  expect(openapi).toStartWith("3.0");
  expect(info).toMatchObject({ title: "iris", version: "1.2.0" });
  expect(
    Object.entries<object>(paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method} ${path}`),
    ),
  ).toEqual([
    "post /api/predictions",
    "post /api/proba_predictions",
    "get /ping",
    "get /api/model",
    "get /livez",
    "get /readyz",
    "get /healthz",
    "get /metrics",
    "get /v2",
    "get /v2/health/live",
    "get /v2/health/ready",
    "get /v2/models/iris",
    "get /v2/models/iris/ready",
    "post /v2/models/iris/infer",
  ]);
  expect(Object.keys(paths["/api/predictions"].post.responses)).toEqual([
    "200",
    "400",
    "408",
    "413",
    "415",
    "422",
    "503",
  ]);
});

test("GET /docs/json leaves probabilities out for a regression", async () => {
  const { paths } = await openApiOf(testService({ predictor: doublingPredictor() }));
  expect(Object.keys(paths)).not.toContain("/api/proba_predictions");
});

test("GET /docs/json gives an example that the service accepts", async () => {
  const service = testService();
  const { paths } = await openApiOf(service);
  for (const path of ["/api/predictions", "/api/proba_predictions"]) {
    const { example } = paths[path].post.requestBody.content["application/json"];
    expect((await service.post(path, example)).status).toBe(200);
  }
});

test("GET /docs/json describes a row by the features", async () => {
  const features: readonly Feature[] = [
    { name: "size", type: "number", nullable: false, min: 0, max: 10, description: "cm" },
    { name: "count", type: "integer", nullable: true },
    { name: "sold", type: "boolean", nullable: false },
    { name: "colour", type: "category", nullable: true, values: ["red", "green"] },
    { name: "note", type: "string", nullable: false },
  ];
  const predictor = fixedSoftmaxPredictor({ ...fixedCard, features });
  const { components } = await openApiOf(testService({ predictor }));
  expect(components.schemas.Row).toEqual({
    type: "object",
    additionalProperties: false,
    required: ["size", "sold", "note"],
    properties: {
      ID: {
        oneOf: [
          { type: "string" },
          { type: "number", minimum: -Number.MAX_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER },
        ],
        description: "Names the row; the model does not see it",
      },
      size: { type: "number", minimum: 0, maximum: 10, description: "cm" },
      // What float32 can hold.
      count: {
        type: "integer",
        nullable: true,
        minimum: -3.4028235677973362e38,
        maximum: 3.4028235677973362e38,
      },
      sold: { type: "boolean" },
      // OpenAPI 3.0.3 §4.7.24.1: with an enum, nullable needs null among the choices.
      colour: { type: "string", nullable: true, enum: ["red", "green", null] },
      note: { type: "string", minLength: 1, pattern: "^[^\\u0000]*$" },
    },
  });
});
