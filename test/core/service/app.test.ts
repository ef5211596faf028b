import { expect, test } from "bun:test";
import type { Predictor } from "../../../core/model/predictor.ts";
import {
  doublingPredictor,
  fixedCard,
  fixedSoftmaxPredictor,
} from "../../support/fixed-softmax-predictor.ts";
import { heldPredictor } from "../../support/held-predictor.ts";
import { goodRow, testService } from "../../support/test-service.ts";

const jsonType = "application/json";
const problemType = "application/problem+json";

test("GET /ping answers pong", async () => {
  const response = await testService().get("/ping");
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe(jsonType);
  expect(await response.json()).toEqual({ ping: "pong" });
});

test.each(["http://ml", "https://ml", "https://ml:8443", "https://api.example.org"])(
  "the service finds its routes under %s",
  async (base) => {
    const service = testService();
    expect((await service.fetch(new Request(`${base}/ping?x=/`))).status).toBe(200);
    const headers = { "content-type": jsonType };
    const body = JSON.stringify([goodRow]);
    const request = new Request(`${base}/api/predictions`, { method: "POST", headers, body });
    expect(await (await service.fetch(request)).json()).toEqual([{ class_name: "setosa" }]);
  },
);

test("POST /api/predictions names the class of each row", async () => {
  const rows = [goodRow, { ...goodRow, petal_length: 4 }, { ...goodRow, petal_length: 6, ID: "x" }];
  const response = await testService().post("/api/predictions", rows);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe(jsonType);
  expect(response.headers.get("x-model-id")).toBe(fixedCard.id);
  expect(response.headers.get("x-model-version")).toBe("1.2.0");
  // Scores at 1.4: 4.8, 2.6, -4.6; at 4: -3, 0, -2; at 6: -9, -2, 0.
  expect(await response.json()).toEqual([
    { class_name: "setosa" },
    { class_name: "versicolor" },
    { class_name: "virginica" },
  ]);
});

test("POST /api/proba_predictions gives every class's probability as the shortest float32", async () => {
  const response = await testService().post("/api/proba_predictions", [goodRow]);
  expect(response.status).toBe(200);
  // exp(4.8) = 121.5104, exp(2.6) = 13.46374, exp(-4.6) = 0.01005184; their sum 134.9842
  const text = await response.text();
  const [row] = JSON.parse(text);
  expect(row.class_names).toEqual(["setosa", "versicolor", "virginica"]);
  expect(row.probabilities[0]).toBeCloseTo(0.900182, 5);
  expect(row.probabilities[1]).toBeCloseTo(0.099743, 5);
  expect(row.probabilities[2]).toBeCloseTo(0.0000745, 6);
  // A float32 needs at most nine digits.
  expect(text).not.toMatch(/[1-9]\d{9}/);
});

test("POST /api/predictions of a regression gives numbers", async () => {
  const service = testService({ predictor: doublingPredictor() });
  const response = await service.post("/api/predictions", [{ x: 0.1 }, { x: -3 }]);
  expect(await response.text()).toBe('[{"prediction":0.2},{"prediction":-6}]');
});

test("POST /api/proba_predictions of a regression is not found, and says why", async () => {
  const service = testService({ predictor: doublingPredictor() });
  const response = await service.post("/api/proba_predictions", [{ x: 1 }]);
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({
    detail: "The model is a regression and has no probabilities; send the rows to /api/predictions",
  });
});

test("GET /api/model tells what answers, and nothing of its files", async () => {
  const { id, name, version, creation_time, task, features, classes, metrics } = fixedCard;
  expect(await (await testService().get("/api/model")).json()).toEqual({
    id,
    name,
    version,
    creation_time,
    task,
    features: [...features],
    classes: [...classes],
    metrics,
  });
});

test.each([
  ["/livez", "alive"],
  ["/readyz", "ready"],
  ["/healthz", "ready"],
])("GET %s answers %s", async (path, status) => {
  const response = await testService().get(path);
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ status });
});

test.each([
  "/ping",
  "/api/model",
  "/livez",
  "/readyz",
  "/metrics",
  "/",
  "/assets/form.js",
  "/docs",
  "/docs/json",
  "/docs/assets/page.js",
])("HEAD %s answers as GET does, without a body", async (path) => {
  const service = testService();
  const head = await service.get(path, { method: "HEAD" });
  const got = await service.get(path);
  expect(head.status).toBe(200);
  expect(head.headers.get("content-type")).toBe(got.headers.get("content-type"));
  expect(await head.text()).toBe("");
});

test.each([
  ["POST", "/ping", "GET, HEAD, OPTIONS"],
  ["DELETE", "/docs", "GET, HEAD, OPTIONS"],
  ["PUT", "/docs/assets/swagger-ui.css", "GET, HEAD, OPTIONS"],
  ["GET", "/api/predictions", "POST, OPTIONS"],
  ["HEAD", "/api/predictions", "POST, OPTIONS"],
  ["PATCH", "/api/proba_predictions", "POST, OPTIONS"],
])("%s %s is not allowed; Allow says what is", async (method, path, allow) => {
  const response = await testService().get(path, { method });
  expect(response.status).toBe(405);
  expect(response.headers.get("allow")).toBe(allow);
  expect(response.headers.get("content-type")).toBe(problemType);
});

test("OPTIONS answers with Allow alone", async () => {
  const service = testService();
  const response = await service.get("/api/predictions", { method: "OPTIONS" });
  expect([response.status, response.headers.get("allow"), await response.text()]).toEqual([
    204,
    "POST, OPTIONS",
    "",
  ]);
  expect((await service.get("/nowhere", { method: "OPTIONS" })).status).toBe(404);
});

test.each([
  "/nowhere",
  "/assets/",
  "/assets/nothing.js",
  "/ping/",
  "//ping",
  "/PING",
  "/api",
  "/api/predictions/",
  "/docs/assets/",
  "/docs/assets/index.html",
  "/docs/assets/..%2f..%2fpackage.json",
  "/docs/assets/%ZZ",
  "/constructor",
  "/__proto__",
  "/swagger",
])("GET %s is not found, as a problem", async (path) => {
  const response = await testService().get(path);
  expect(response.status).toBe(404);
  expect(response.headers.get("content-type")).toBe(problemType);
  expect(await response.json()).toEqual({
    type: "about:blank",
    title: "Not Found",
    status: 404,
    detail: "There is nothing at this path; /docs lists what there is",
    request_id: "id-1",
  });
});

test("every answer carries the request id that was sent", async () => {
  const service = testService();
  const headers = { "x-request-id": "order-7/line:3" };
  const answers = await Promise.all([
    service.get("/ping", { headers }),
    service.get("/nowhere", { headers }),
    service.get("/ping", { method: "DELETE", headers }),
    service.post("/api/predictions", [goodRow], headers),
    service.post("/api/predictions", [], headers),
    service.get("/docs/assets/swagger-ui.css", { headers }),
  ]);
  expect(answers.map((answer) => answer.headers.get("x-request-id"))).toEqual(
    Array(6).fill("order-7/line:3"),
  );
  expect(await answers[4]?.json()).toMatchObject({ request_id: "order-7/line:3" });
});

test.each(["", "two words", "ä", "x".repeat(129)])("a request id %p is replaced", async (id) => {
  const response = await testService().get("/ping", { headers: { "x-request-id": id } });
  expect(response.headers.get("x-request-id")).toBe("id-1");
});

test("every answer forbids guessing its type, and names no server", async () => {
  const service = testService();
  for (const path of ["/ping", "/nowhere", "/", "/docs", "/docs/assets/page.js"]) {
    const { headers } = await service.get(path);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.has("server")).toBe(false);
    expect(headers.has("x-powered-by")).toBe(false);
  }
});

test("leave() makes the service unready at once, and closes connections with answers, predictions among them", async () => {
  const service = testService();
  expect((await service.post("/api/predictions", [goodRow])).headers.has("connection")).toBe(false);
  service.leave();
  for (const path of ["/readyz", "/healthz"]) {
    const response = await service.get(path);
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "1"]);
    expect(response.headers.get("connection")).toBe("close");
  }
  const answer = await service.post("/api/predictions", [goodRow]);
  expect([answer.status, answer.headers.get("connection")]).toEqual([200, "close"]);
  expect(await answer.json()).toEqual([{ class_name: "setosa" }]);
  const wrong = await service.post("/api/predictions", []);
  expect([wrong.status, wrong.headers.get("connection")]).toEqual([422, "close"]);
});

test("leave() closes the connection of a request that was in progress", async () => {
  const { predictor, release } = heldPredictor();
  const service = testService({ predictor });
  const answer = service.post("/api/predictions", [goodRow]);
  service.leave();
  release();
  expect((await answer).headers.get("connection")).toBe("close");
});

test("restedMs() tells the time since the last answer that was no probe's", async () => {
  let time = 1_000;
  const { predictor, release } = heldPredictor();
  const service = testService({ predictor, now: () => time });
  await service.get("/readyz");
  expect(service.restedMs()).toBe(Number.POSITIVE_INFINITY);
  const answer = service.post("/api/predictions", [goodRow]);
  time = 1_500;
  expect(service.restedMs()).toBe(0);
  release();
  await answer;
  time = 1_700;
  await service.get("/metrics");
  // 1700 - 1500
  expect(service.restedMs()).toBe(200);
});

test("drain() makes the service unready at once, refuses predictions and lets those in progress finish", async () => {
  const started = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  const model = fixedSoftmaxPredictor();
  const predictor: Predictor = {
    ...model,
    score: async (columns) => {
      started.resolve();
      await finish.promise;
      return model.score(columns);
    },
  };
  const service = testService({ predictor });
  const answer = service.post("/api/predictions", [goodRow]);
  await started.promise;
  expect(service.inProgress()).toBe(1);
  const drained = service.drain();
  for (const path of ["/readyz", "/healthz"]) {
    const response = await service.get(path);
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "1"]);
    expect(await response.json()).toMatchObject({
      title: "Service Unavailable",
      detail: "The service is shutting down",
    });
  }
  expect((await service.get("/livez")).status).toBe(200);
  const refused = await service.post("/api/predictions", [goodRow]);
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "1"]);
  expect(refused.headers.get("connection")).toBe("close");
  finish.resolve();
  expect(await (await answer).json()).toEqual([{ class_name: "setosa" }]);
  await drained;
  expect(service.inProgress()).toBe(0);
});

const broken: readonly [string, Partial<Predictor>][] = [
  ["rejects", { score: () => Promise.reject(new Error("s3cret path /root/model")) }],
  [
    "throws",
    {
      score: () => {
        throw new Error("s3cret");
      },
    },
  ],
  ["answers too few rows", { score: () => Promise.resolve(new Float32Array(0)) }],
];
test.each(broken)("a model that %s is a 500 without details, and a cause for the log", async (_, fault) => {
  const service = testService({ predictor: { ...fixedSoftmaxPredictor(), ...fault } });
  const response = await service.post("/api/predictions", [goodRow]);
  expect(response.status).toBe(500);
  expect(response.headers.get("content-type")).toBe(problemType);
  expect(await response.json()).toEqual({
    type: "about:blank",
    title: "Internal Server Error",
    status: 500,
    detail: "The service failed to answer; the request id names the entry in its log",
    request_id: "id-1",
  });
  expect(service.entries).toMatchObject([{ requestId: "id-1", status: 500, error: expect.any(Error) }]);
});

test.each([Number.NaN, Number.POSITIVE_INFINITY])(
  "rows for which the model says %p are told by their place, and none of them is answered",
  async (value) => {
    const score = () => Promise.resolve(Float32Array.of(2, value, 6));
    const service = testService({ predictor: { ...doublingPredictor(), score } });
    const response = await service.post("/api/predictions", [{ x: 1 }, { x: 2 }, { x: 3 }]);
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({
      detail: "The model has no finite answer for rows of the body; see errors",
      errors: [{ row: 1, field: null, code: "range", expected: "values that the model has an answer for" }],
    });
  },
);

test("onRequest() is told the route's path, never the raw one, the trace, and what was predicted", async () => {
  const service = testService();
  const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  await service.post("/api/predictions?key=s3cret", [goodRow], { traceparent });
  await service.get("/s3cret", { headers: { traceparent: "s3cret" } });
  expect(service.entries).toEqual([
    {
      requestId: "id-1",
      traceparent,
      method: "POST",
      route: "/api/predictions",
      status: 200,
      durationMs: 20,
      rows: 1,
      model: fixedCard,
    },
    { requestId: "id-2", method: "GET", route: "unmatched", status: 404, durationMs: 5 },
  ]);
});

test("GET /metrics tells how many lines of the log were dropped", async () => {
  let dropped = 0;
  const service = testService({ droppedLogLines: () => dropped });
  const counted = async () => {
    const text = await (await service.get("/metrics")).text();
    return /^mlt_log_dropped_total .*$/m.exec(text)?.[0];
  };
  expect(await counted()).toBe("mlt_log_dropped_total 0");
  dropped = 7;
  expect(await counted()).toBe("mlt_log_dropped_total 7");
  expect(await counted()).toBe("mlt_log_dropped_total 7");
});

test("GET /metrics counts requests, time and predictions", async () => {
  const service = testService();
  await service.post("/api/predictions", [goodRow, goodRow]);
  await service.post("/api/proba_predictions", [{ ...goodRow, petal_length: 6 }]);
  await service.post("/api/predictions", []);
  await service.get("/one/of/many/paths");
  await service.get("/another");
  const response = await service.get("/metrics");
  expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  const lines = (await response.text()).split("\n");
  expect(
    lines.filter((line) => line.startsWith("mlt_request_total") || line.startsWith("mlt_prediction_total")),
  ).toEqual([
    'mlt_request_total{route="/api/predictions",status="200"} 1',
    'mlt_request_total{route="/api/proba_predictions",status="200"} 1',
    'mlt_request_total{route="/api/predictions",status="422"} 1',
    'mlt_request_total{route="unmatched",status="404"} 2',
    'mlt_prediction_total{class_name="setosa"} 2',
    'mlt_prediction_total{class_name="versicolor"} 0',
    'mlt_prediction_total{class_name="virginica"} 1',
  ]);
  // By the test's clock the good one took 20 ms, the bad one 10.
  expect(lines).toContain('mlt_request_duration_seconds_bucket{route="/api/predictions",le="0.01"} 1');
  expect(lines).toContain('mlt_request_duration_seconds_bucket{route="/api/predictions",le="0.025"} 2');
  expect(lines).toContain('mlt_request_duration_seconds_count{route="/api/predictions"} 2');
  expect(lines).toContain("mlt_request_in_progress 1");
  expect(lines).toContain(`mlt_model_info{id="${fixedCard.id}",name="iris",version="1.2.0"} 1`);
});

test("a version that no header can carry is sent with question marks", async () => {
  const service = testService({ predictor: fixedSoftmaxPredictor({ ...fixedCard, version: "1.0-é\n" }) });
  const response = await service.post("/api/predictions", [goodRow]);
  expect(response.headers.get("x-model-version")).toBe("1.0-??");
});
