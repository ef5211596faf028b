import { expect, test } from "bun:test";
import { heldPredictor } from "../../support/held-predictor.ts";
import { goodRow, testLimits, testService } from "../../support/test-service.ts";

const retryLater = "The service has as many requests as it can answer; send this one again later";

async function refusal(response: Response) {
  const { detail } = JSON.parse(await response.text());
  return { status: response.status, retryAfter: response.headers.get("retry-after"), detail };
}

const overloaded = { status: 503, retryAfter: "1", detail: retryLater };

function held(limits: Partial<typeof testLimits>) {
  const { predictor, ...hold } = heldPredictor();
  return { ...hold, service: testService({ predictor, limits: { ...testLimits, ...limits } }) };
}

test("the service refuses predictions beyond max_concurrency, answers those it took, and its probes meanwhile", async () => {
  const { service, begun, release } = held({ maxConcurrency: 2 });
  const taken = [1, 2].map(() => service.post("/api/predictions", [goodRow]));
  await begun;
  for (const path of ["/api/predictions", "/api/proba_predictions", "/v2/models/iris/infer"]) {
    expect(await refusal(await service.post(path, [goodRow]))).toEqual(overloaded);
  }
  for (const path of ["/ping", "/livez", "/readyz", "/metrics", "/api/model"]) {
    expect((await service.get(path)).status).toBe(200);
  }
  release();
  const answers = await Promise.all(taken);
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  expect((await service.post("/api/predictions", [goodRow])).status).toBe(200);
});

test("the service refuses rows beyond max_queue_rows, and takes them again when the others are scored", async () => {
  const { service, begun, release } = held({ maxQueueRows: 5 });
  const first = service.post("/api/predictions", [goodRow, goodRow, goodRow]);
  await begun;
  // Three wait: three more would be six, two more are five.
  expect(await refusal(await service.post("/api/predictions", [goodRow, goodRow, goodRow]))).toEqual(
    overloaded,
  );
  const second = service.post("/api/predictions", [goodRow, goodRow]);
  await new Promise((done) => setImmediate(done));
  // Five wait: whoever comes now is refused whatever he sends.
  expect(await refusal(await service.post("/api/predictions", "{"))).toEqual(overloaded);
  release();
  expect([(await first).status, (await second).status]).toEqual([200, 200]);
  expect((await service.post("/api/predictions", [goodRow, goodRow, goodRow])).status).toBe(200);
});

test("the service takes a request of more rows than max_queue_rows when no other waits", async () => {
  const service = testService({ limits: { ...testLimits, maxQueueRows: 1 } });
  const response = await service.post("/api/predictions", [goodRow, goodRow, goodRow]);
  expect([response.status, JSON.parse(await response.text()).length]).toEqual([200, 3]);
});

/** A body of which only the beginning comes, until it is finished. */
function slowBody(start: string) {
  const encoder = new TextEncoder();
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const body = new ReadableStream<Uint8Array>({
    start: (given) => {
      controller = given;
      given.enqueue(encoder.encode(start));
    },
  });
  const finish = (rest: string) => {
    controller?.enqueue(encoder.encode(rest));
    controller?.close();
  };
  const headers = { "content-type": "application/json" };
  return { init: { method: "POST", headers, body, duplex: "half" } as RequestInit, finish };
}

test("sweep() gives up a body that takes longer than body_timeout, and no other", async () => {
  let nowMs = 0;
  const service = testService({ now: () => nowMs, limits: { ...testLimits, bodyTimeoutMs: 1000 } });
  const late = service.get("/api/predictions", slowBody('[{"s3cret":').init);
  nowMs = 500;
  const text = JSON.stringify([goodRow]);
  const inTime = slowBody(text.slice(0, 10));
  const good = service.get("/api/predictions", inTime.init);
  nowMs = 1000;
  service.sweep();
  expect(service.inProgress()).toBe(2);
  nowMs = 1001;
  service.sweep();
  const response = await late;
  expect([response.status, response.headers.get("connection")]).toEqual([408, "close"]);
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  expect(await response.json()).toMatchObject({
    title: "Request Timeout",
    detail: "The body did not arrive within 1 seconds",
  });
  inTime.finish(text.slice(10));
  expect(await (await good).json()).toEqual([{ class_name: "setosa" }]);
  expect(service.inProgress()).toBe(0);
  expect(service.entries.map(({ status, error }) => [status, error])).toEqual([
    [408, undefined],
    [200, undefined],
  ]);
});

test("sweep() gives up a body that began under the model before", async () => {
  let nowMs = 0;
  const service = testService({ now: () => nowMs, limits: { ...testLimits, bodyTimeoutMs: 1000 } });
  const late = service.get("/api/predictions", slowBody("[").init);
  const replaced = service.replace(heldPredictor().predictor);
  nowMs = 2000;
  service.sweep();
  expect((await late).status).toBe(408);
  await replaced;
});
