import { expect, test } from "bun:test";
import { predictionLog } from "../../../core/prediction-log/prediction-log.ts";
import { type MemorySpool, memorySpool } from "../../support/memory-spool.ts";
import { goodRow, type TestService, testService } from "../../support/test-service.ts";

interface LoggedService {
  readonly service: TestService;
  readonly spool: MemorySpool;
}

function loggedService({ rejects = false, drop = [] as readonly string[] } = {}): LoggedService {
  const spool = memorySpool();
  const log = predictionLog({
    spool,
    settings: {
      features: true,
      drop,
      hash: [],
      sample_rate: 1,
      log_n_best: 3,
      time_zone: "UTC",
      rejects,
    },
    wallClock: () => Date.UTC(2026, 10, 24),
    hash: String,
  });
  return { service: testService({ predictionLog: log }), spool };
}

const trouble = "no space left on device";

test.each([
  ["/api/predictions", "predict"],
  ["/api/proba_predictions", "predict_proba"],
])(
  "an answer of %s is logged as %s, one record a row, with the id of the request and of the row",
  async (path, event) => {
    const { service, spool } = loggedService();
    const rows = [{ ...goodRow, ID: "A-17" }, goodRow];
    const response = await service.post(path, rows, { "x-request-id": "mine" });
    expect(response.status).toBe(200);
    expect(spool.records().map(({ key, fields }) => [key, fields["event"], fields["ID"]])).toEqual([
      ["mine:0", event, "A-17"],
      ["mine:1", event, undefined],
    ]);
    expect(spool.records()[0]?.fields).toMatchObject({ class_1: "setosa", features: goodRow });
  },
);

test("an answer waits until it is kept", async () => {
  const { service, spool } = loggedService();
  spool.hold(true);
  let answered = false;
  const answer = service.post("/api/predictions", [goodRow]).then(() => {
    answered = true;
  });
  while (spool.records().length === 0) await new Promise(setImmediate);
  await new Promise(setImmediate);
  expect(answered).toBe(false);
  spool.hold(false);
  await answer;
  expect(answered).toBe(true);
});

test("an inference is logged by what it asks for", async () => {
  const { service, spool } = loggedService();
  const inputs = Object.entries(goodRow).map(([name, value]) => ({
    name,
    datatype: "FP32",
    shape: [1],
    data: [value],
  }));
  await service.post("/v2/models/iris/infer", { inputs, outputs: [{ name: "label" }] });
  await service.post("/v2/models/iris/infer", { inputs });
  expect(spool.records().map(({ event }) => event)).toEqual(["predict", "predict_proba"]);
});

test("what is not answered is not logged", async () => {
  const { service, spool } = loggedService();
  await service.post("/api/predictions", [{ ...goodRow, petal_width: "wide" }]);
  await service.post("/api/predictions", "[");
  expect(spool.records()).toEqual([]);
});

test("where nothing can be kept, predictions are answered, and /readyz says so", async () => {
  const { service, spool } = loggedService();
  spool.fail(trouble);
  expect((await service.post("/api/predictions", [goodRow])).status).toBe(200);
  const ready = await service.get("/readyz");
  expect([ready.status, await ready.json()]).toEqual([200, { status: "ready", prediction_log: trouble }]);
  spool.fail(undefined);
  const losses = "1 record was dropped since the start";
  expect(await (await service.get("/readyz")).json()).toEqual({ status: "ready", prediction_log: losses });
});

test("where only what is kept is answered, predictions get 503, and the service is not ready", async () => {
  const { service, spool } = loggedService({ rejects: true });
  spool.fail(trouble);
  const detail = `The service cannot keep its prediction log: ${trouble}`;
  for (const path of ["/readyz", "/healthz", "/v2/health/ready"]) {
    const response = await service.get(path);
    expect([response.status, await response.json()]).toEqual([503, expect.objectContaining({ detail })]);
  }
  const refused = await service.post("/api/predictions", [goodRow]);
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "1"]);
  expect(await refused.json()).toMatchObject({ detail });
  expect((await service.get("/livez")).status).toBe(200);
});

test("a prediction that turns out not to be kept is refused where only those are answered that are", async () => {
  const { service, spool } = loggedService({ rejects: true });
  const answer = service.post("/api/predictions", [goodRow]);
  // Admitted, and then the disk is full.
  spool.fail(trouble);
  expect((await answer).status).toBe(503);
});

test("feedback is logged, by request or by id", async () => {
  const { service, spool } = loggedService();
  const response = await service.post("/api/feedback", [
    { request_id: "mine", row: 1, truth: "setosa" },
    { ID: "A-17", truth: "versicolor" },
  ]);
  expect([response.status, await response.json()]).toEqual([200, { logged: 2 }]);
  expect(spool.records().map(({ event, fields }) => [event, fields["truth"]])).toEqual([
    ["feedback", "setosa"],
    ["feedback", "versicolor"],
  ]);
});

test("feedback by an id that the log does not hold is refused, and the id is on no disk", async () => {
  const { service, spool } = loggedService({ drop: ["ID"] });
  const refused = await service.post("/api/feedback", [{ ID: "A-17", truth: "setosa" }]);
  expect(refused.status).toBe(422);
  expect(await refused.json()).toMatchObject({
    errors: [
      { row: 0, field: "ID", code: "unknown", expected: "request_id, row, truth" },
      { row: 0, field: "request_id", code: "missing", expected: "request_id" },
    ],
  });
  expect(spool.records()).toEqual([]);
  const description = await (await service.get("/docs/json")).text();
  expect(description).not.toContain("or by its ID");
  expect((await service.post("/api/feedback", [{ request_id: "r", truth: "setosa" }])).status).toBe(200);
});

test("feedback that cannot be kept is not said to be", async () => {
  const { service, spool } = loggedService();
  spool.fail(trouble);
  expect((await service.post("/api/feedback", [{ ID: 1, truth: "setosa" }])).status).toBe(503);
});

test.each([
  [{}, ["truth missing", "request_id missing"]],
  [{ ID: "a", request_id: "b", truth: "setosa" }, ["request_id unknown"]],
  [{ ID: true, truth: "setosa" }, ["ID type"]],
  [{ ID: "a", row: 1, truth: "setosa" }, ["row unknown"]],
  [{ request_id: "b", row: -1, truth: "setosa" }, ["row type"]],
  [{ request_id: "b c", truth: "setosa" }, ["request_id type"]],
  [{ ID: "a", truth: 1 }, ["truth type"]],
  [{ ID: "a", truth: null }, ["truth null"]],
  [{ ID: "a", truth: "" }, ["truth type"]],
  [{ ID: "a", truth: "setosa", note: "x" }, ["note unknown"]],
  ["setosa", ["null type"]],
])("feedback %j is refused", async (truth, errors) => {
  const { service, spool } = loggedService();
  const response = await service.post("/api/feedback", [truth]);
  expect(response.status).toBe(422);
  expect(await response.json()).toMatchObject({
    errors: errors.map((error) => {
      const [field, code] = error.split(" ");
      return { field: field === "null" ? null : field, code };
    }),
  });
  expect(spool.records()).toEqual([]);
});

test.each([
  ["{}", 422],
  ["[]", 422],
  ["", 400],
  ["[", 400],
  ['[{"ID":1,"ID":2,"truth":"setosa"}]', 422],
])("feedback %p is answered by %d", async (body, status) => {
  const { service } = loggedService();
  expect((await service.post("/api/feedback", body)).status).toBe(status);
});

test("more truths than max_rows are too many", async () => {
  const { service } = loggedService();
  const truths = Array.from({ length: 4 }, (_, id) => ({ ID: id, truth: "setosa" }));
  expect((await service.post("/api/feedback", truths)).status).toBe(413);
});

test("without a log, feedback is told that there is none", async () => {
  const response = await testService().post("/api/feedback", [{ ID: 1, truth: "setosa" }]);
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ detail: expect.stringContaining("are not logged") });
});
