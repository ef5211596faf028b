import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { newProject, succeeded, type TestProject } from "../support/project.ts";
import { rawAnswer } from "../support/raw-answer.ts";

// More requests at once than a slow model can take.

setDefaultTimeout(120_000);

const project = await slowProject();
afterAll(() => project[Symbol.dispose]());

/** A project whose own processX takes two milliseconds, and whose rows are therefore not scored together. */
async function slowProject(): Promise<TestProject> {
  const slow = await newProject();
  const train = "source/model/train.ts";
  slow.edit(train, "this.scaler.fit(X);", "this.scaler.fit(this.widened(X));");
  slow.edit(
    train,
    "return this.scaler.transform(X);",
    `const end = performance.now() + 2;
    while (performance.now() < end);
    return this.scaler.transform(this.widened(X));
  }

  private widened(X: DataFrame): DataFrame {
    return X.withColumn(X.getColumn("petal_width").alias("again"));`,
  );
  succeeded(await slow.mlt(["train"]));
  return slow;
}

const row = '[{"sepal_length":5.1,"sepal_width":3.5,"petal_length":1.4,"petal_width":0.2}]';
const request =
  "POST /api/predictions HTTP/1.1\r\nHost: ml\r\nContent-Type: application/json\r\n" +
  `Content-Length: ${row.length}\r\n\r\n${row}`;

/** Asks probes, one after the other, until it is told to stop. */
function probing(url: string) {
  const statuses: number[] = [];
  let isWanted = true;
  const done = (async () => {
    while (isWanted) {
      for (const path of ["/livez", "/readyz", "/metrics"])
        statuses.push((await fetch(`${url}${path}`)).status);
    }
    return statuses;
  })();
  return () => {
    isWanted = false;
    return done;
  };
}

test("of 2000 predictions at once those beyond max_concurrency get 503, the others their answer, and probes are answered", async () => {
  await using service = await project.serve(["--workers", "1"], { MLT_SERVE__MAX_CONCURRENCY: "100" });
  const port = Number(new URL(service.url).port);
  const endProbing = probing(service.url);
  const answers = await Promise.all(Array.from({ length: 2_000 }, () => rawAnswer(port, request)));
  const probes = await endProbing();
  const taken = answers.filter(({ status }) => status === 200);
  const shed = answers.filter(({ status }) => status === 503);
  expect(taken.length + shed.length).toBe(2_000);
  // At least as many as fit at once are taken; a model of 2 ms cannot answer the rest while they come.
  expect(taken.length).toBeGreaterThanOrEqual(90);
  expect(shed.length).toBeGreaterThan(500);
  expect(new Set(taken.map(({ body }) => body))).toEqual(new Set(['[{"class_name":"setosa"}]']));
  for (const { head, body } of shed) {
    expect(head.toLowerCase()).toContain("retry-after: 1\r\n");
    expect(JSON.parse(body)).toMatchObject({ status: 503, title: "Service Unavailable" });
  }
  expect(new Set(probes)).toEqual(new Set([200]));
  expect(probes.length).toBeGreaterThan(5);
  // It is over with the load.
  expect((await rawAnswer(port, request)).status).toBe(200);
  const text = await (await fetch(`${service.url}/metrics`)).text();
  expect(text).toContain("mlt_request_in_progress 1\n");
  expect(text).toContain(`mlt_request_total{route="/api/predictions",status="503"} ${shed.length}\n`);
});

test("of 500 predictions at once those beyond max_queue_rows get 503, and the service goes on", async () => {
  await using service = await project.serve(["--workers", "1"], { MLT_SERVE__MAX_QUEUE_ROWS: "50" });
  const port = Number(new URL(service.url).port);
  const answers = await Promise.all(Array.from({ length: 500 }, () => rawAnswer(port, request)));
  const statuses = Map.groupBy(answers, ({ status }) => status);
  expect([...statuses.keys()].sort()).toEqual([200, 503]);
  expect(statuses.get(200)?.length).toBeGreaterThanOrEqual(50);
  expect((await rawAnswer(port, request)).status).toBe(200);
});
