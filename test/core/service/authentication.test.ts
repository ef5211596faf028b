import { describe, expect, test } from "bun:test";
import { keyComparison } from "../../../core/service/authentication.ts";
import { fixedCard, fixedSoftmaxPredictor } from "../../support/fixed-softmax-predictor.ts";
import { goodRow, testService } from "../../support/test-service.ts";

const key = "0123456789abcdef";
const second = "a-second-key-that-is-longer/+=";

function guardedService(name = "iris") {
  return testService({
    predictor: fixedSoftmaxPredictor({ ...fixedCard, name }),
    access: { keys: [key, second], origins: [] },
  });
}

describe("keyComparison()", () => {
  const isKey = keyComparison([key, second]);

  test("knows every key", () => {
    expect([key, second].map(isKey)).toEqual([true, true]);
  });

  test.each([
    ["nothing", ""],
    ["the beginning of a key", key.slice(0, -1)],
    ["a key with more behind it", `${key}0`],
    ["a key and NUL, which is what shorter keys are filled up with", `${key}\0`],
    ["the longest key with more behind it", `${second}0`],
    ["a key in other letters", key.toUpperCase()],
    ["another first character", `1${key.slice(1)}`],
    ["another last character", `${key.slice(0, -1)}0`],
    ["a character with the same low byte as the key's", `${key.slice(0, -1)}\u0166`],
    ["two keys", `${key}, ${second}`],
    ["a long text", "0".repeat(100_000)],
  ])("does not know %s", (_, text) => {
    expect(isKey(text)).toBe(false);
  });

  test("knows a key that is listed twice", () => {
    expect(keyComparison([key, key])(key)).toBe(true);
  });
});

describe("a service with keys", () => {
  test.each([
    { "x-api-key": key },
    { "x-api-key": second },
    { authorization: `Bearer ${key}` },
    { authorization: `bearer ${second}` },
    { authorization: `BEARER  ${key}` },
    { "x-api-key": key, authorization: `Bearer ${second}` },
  ])("answers a request with %j", async (headers) => {
    const service = guardedService();
    expect((await service.post("/api/predictions", [goodRow], headers)).status).toBe(200);
    expect((await service.post("/api/proba_predictions", [goodRow], headers)).status).toBe(200);
    expect((await service.get("/api/model", { headers })).status).toBe(200);
    expect((await service.get("/api/model", { headers, method: "HEAD" })).status).toBe(200);
  });

  const wrong: readonly Readonly<Record<string, string>>[] = [
    { "x-api-key": "wrong-key-of-some-length" },
    { "x-api-key": key.slice(0, -1) },
    { "x-api-key": "" },
    { "x-api-key": `Bearer ${key}` },
    { "x-api-key": `${key}, ${key}` },
    { authorization: key },
    { authorization: `Bearer ${key} ${key}` },
    { authorization: "Bearer" },
    { authorization: "Bearer wrong-key-of-some-length" },
    { authorization: `Basic ${key}` },
    { authorization: `Bearer${key}` },
    { "x-api-key": key, authorization: "Bearer wrong-key-of-some-length" },
    { "x-api-key": "wrong-key-of-some-length", authorization: `Bearer ${key}` },
  ];
  test.each([{}, ...wrong])("refuses a request with %j, and does not repeat it", async (headers) => {
    const response = await guardedService().post("/api/predictions", [goodRow], headers);
    const isSent = Object.keys(headers).length > 0;
    expect(response.status).toBe(401);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(response.headers.get("www-authenticate")).toBe(
      `Bearer realm="iris"${isSent ? ', error="invalid_token"' : ""}`,
    );
    expect(await response.json()).toEqual({
      type: "about:blank",
      title: "Unauthorized",
      status: 401,
      detail: 'This path needs an API key: send "X-API-Key: <key>" or "Authorization: Bearer <key>"',
      request_id: "id-1",
    });
  });

  test("asks for one before it looks at the body, and while it shuts down", async () => {
    const service = guardedService();
    const unread = new ReadableStream({
      pull: () => {
        throw new Error("The body was read");
      },
    });
    const request = { method: "POST", headers: { "content-length": "99999999" }, body: unread };
    expect((await service.get("/api/predictions", request)).status).toBe(401);
    await service.drain();
    expect((await service.post("/api/predictions", [goodRow])).status).toBe(401);
    expect((await service.post("/api/predictions", [goodRow], { "x-api-key": key })).status).toBe(503);
  });

  test("answers probes, metrics, the description and its page without one", async () => {
    const service = guardedService();
    const open = ["/ping", "/livez", "/readyz", "/healthz", "/metrics", "/docs", "/docs/json"];
    for (const path of [...open, "/docs/assets/page.js", "/docs/assets/swagger-ui.css"]) {
      expect([path, (await service.get(path)).status]).toEqual([path, 200]);
    }
    expect((await service.get("/api/predictions", { method: "OPTIONS" })).status).toBe(204);
  });

  test("asks for one at every path of the Open Inference Protocol but the two of the server's health", async () => {
    const service = guardedService();
    for (const path of ["/v2/health/live", "/v2/health/ready"])
      expect((await service.get(path)).status).toBe(200);
    const model = ["/v2/models/iris", "/v2/models/iris/versions/1.2.0"];
    for (const path of ["/v2", "/v2/", ...model, ...model.map((each) => `${each}/ready`)]) {
      expect([path, (await service.get(path)).status]).toEqual([path, 401]);
      expect([path, (await service.get(path, { headers: { "x-api-key": key } })).status]).toEqual([
        path,
        200,
      ]);
    }
    for (const path of model) expect((await service.post(`${path}/infer`, {})).status).toBe(401);
  });

  test("counts and reports a refusal as any other answer", async () => {
    const service = guardedService();
    await service.post("/api/predictions", [goodRow]);
    expect(service.entries).toMatchObject([{ route: "/api/predictions", status: 401 }]);
    expect(await (await service.get("/metrics")).text()).toContain(
      'mlt_request_total{route="/api/predictions",status="401"} 1\n',
    );
  });

  test("names its model as the realm, in what a header can hold", async () => {
    const { headers } = await guardedService('die "Blüte" \\').get("/api/model");
    expect(headers.get("www-authenticate")).toBe('Bearer realm="die ?Bl?te? ?"');
  });

  test("says so in its description, of the paths that ask for one", async () => {
    const text = await (await guardedService().get("/docs/json")).text();
    const { paths, components } = JSON.parse(text);
    const security = [{ apiKey: [] }, { bearer: [] }];
    expect(components.securitySchemes).toEqual({
      apiKey: { type: "apiKey", in: "header", name: "X-API-Key" },
      bearer: { type: "http", scheme: "bearer" },
    });
    const { "/api/predictions": predictions, "/api/model": model, "/readyz": ready } = paths;
    expect(predictions.post.security).toEqual(security);
    expect(Object.keys(predictions.post.responses)).toContain("401");
    expect(model.get.security).toEqual(security);
    expect(model.get.responses["401"]).toEqual({ $ref: "#/components/responses/401" });
    expect(ready.get.security).toBeUndefined();
    expect(ready.get.responses["401"]).toBeUndefined();
    expect(components.responses["401"].content["application/problem+json"].example).toMatchObject({
      title: "Unauthorized",
      status: 401,
    });
    expect(text).not.toContain(key);
  });
});

test("a service without keys asks for none, and its description knows of none", async () => {
  const service = testService({ access: { keys: [], origins: [] } });
  const headers = { authorization: "Bearer whatever", "x-api-key": "whatever" };
  expect((await service.post("/api/predictions", [goodRow], headers)).status).toBe(200);
  expect(await (await service.get("/docs/json")).text()).not.toMatch(/securitySchemes|"security"|"401"/);
});
