import { afterAll, expect, test } from "bun:test";
import { childrenOf } from "../support/children.ts";
import { delivered, loggedSinks, predictRows, sinkNames, sinkTools } from "../support/logged-service.ts";
import { metric, until } from "../support/metric.ts";
import { serveMlt } from "../support/mlt.ts";
import { trainedProject } from "../support/project.ts";
import { tempDir } from "../support/temp-dir.ts";
import { testWith } from "../support/tools.ts";

const iris = await trainedProject();
afterAll(() => iris[Symbol.dispose]());

const row = { sepal_length: 5.1, sepal_width: 3.5, petal_length: 1.4, petal_width: 0.2 };

async function predict(url: string, requestId: string, path?: string): Promise<number> {
  return (await predictRows(url, requestId, [row], path)).status;
}

testWith(
  sinkTools,
  "mlt serve delivers what it answered to Fluentd and to MongoDB, each record as the other",
  async () => {
    using dir = tempDir();
    await using both = await loggedSinks(dir.path);
    await both.mongo.start();
    await both.fluentd.start();
    await using service = await iris.serve(["--workers", "2"], both.env);
    for (let request = 0; request < 20; request++) {
      expect(await predict(service.url, `r-${request}`, "/api/proba_predictions")).toBe(200);
    }
    await delivered(service.url, 20);
    const events = await both.fluentd.events();
    const documents = await both.mongo.documents();
    expect(new Set(events.map(({ tag }) => tag))).toEqual(new Set(["iris.predict_proba"]));
    for (const { record } of events) {
      const key = `${record["request_id"]}:0`;
      const document: unknown = documents.find(({ _id }) => _id === key);
      const time = record["timestamp"];
      const asDate = new Date(String(time));
      expect(document).toEqual({ ...record, _id: key, timestamp: asDate, timestamp_local: time });
    }
    expect(documents).toHaveLength(20);
    for (const sink of sinkNames) {
      expect(await metric(service.url, `mlt_prediction_log_pending{sink="${sink}"}`)).toBe(0);
      expect(await metric(service.url, `mlt_prediction_log_dropped_total{sink="${sink}"}`)).toBe(0);
    }
    expect(await metric(service.url, 'mlt_prediction_log_written_total{sink="spool"}')).toBe(20);
  },
);

testWith(
  sinkTools,
  "predictions are answered while both sinks are down, and delivered when they are up",
  async () => {
    using dir = tempDir();
    await using both = await loggedSinks(dir.path);
    await using service = await iris.serve([], both.env);
    for (let request = 0; request < 10; request++)
      expect(await predict(service.url, `r-${request}`)).toBe(200);
    await service.saw(/mongodb|MongoDB/);
    await service.saw(/predictions wait on disk/);
    for (const sink of sinkNames) {
      expect(await metric(service.url, `mlt_prediction_log_pending{sink="${sink}"}`)).toBe(10);
    }
    await both.mongo.start();
    await both.fluentd.start();
    await delivered(service.url, 10);
    expect(await both.mongo.documents()).toHaveLength(10);
    expect(await both.fluentd.events()).toHaveLength(10);
    await service.saw(/fluentd takes the prediction log again/);
  },
);

testWith(
  sinkTools,
  "what the service had answered when it was killed is delivered by the next one",
  async () => {
    using dir = tempDir();
    await using both = await loggedSinks(dir.path);
    const answered: string[] = [];
    for (let round = 0; round < 3; round++) {
      await using service = await iris.serve(["--workers", "2"], both.env);
      let isKilled = false;
      const client = async (name: number) => {
        // Workers go on for a moment without their supervisor: what is in flight when it is killed is enough.
        for (let request = 0; !isKilled; request++) {
          const id = `k-${round}-${name}-${request}`;
          if ((await predict(service.url, id)) === 200) answered.push(`${id}:0`);
        }
      };
      const clients = Array.from({ length: 4 }, (_, name) => client(name).catch(() => undefined));
      await until(() => answered.length >= 100 * (round + 1));
      service.child.kill("SIGKILL");
      isKilled = true;
      await Promise.all(clients);
    }
    await both.start();
    await using service = await iris.serve([], both.env);
    await delivered(service.url, answered.length);
    await until(async () => (await metric(service.url, 'mlt_prediction_log_pending{sink="fluentd"}')) === 0);
    const ids = (await both.mongo.documents()).map(({ _id }) => _id);
    const kept = new Set(ids);
    expect(kept.size).toBe(ids.length);
    expect(answered.filter((id) => !kept.has(id))).toEqual([]);
    const sent = new Set(
      (await both.fluentd.events()).map(({ record }) => `${record["request_id"]}:${record["row"]}`),
    );
    expect(answered.filter((id) => !sent.has(id))).toEqual([]);
  },
);

testWith(sinkTools, "SIGTERM delivers what was answered before the service ends", async () => {
  using dir = tempDir();
  await using both = await loggedSinks(dir.path);
  await both.start();
  await using service = await iris.serve(["--workers", "2"], both.env);
  for (let request = 0; request < 5; request++) await predict(service.url, `t-${request}`);
  service.child.kill("SIGTERM");
  const { exitCode, stderr } = await service.finished;
  expect({ exitCode, waits: /wait on disk/.test(stderr) }).toEqual({ exitCode: 0, waits: false });
  expect(await both.mongo.documents()).toHaveLength(5);
  expect(await both.fluentd.events()).toHaveLength(5);
});

testWith(
  sinkTools,
  "SIGTERM does not wait for sinks that are down, and says what waits for them",
  async () => {
    using dir = tempDir();
    await using both = await loggedSinks(dir.path);
    await using service = await iris.serve([], both.env);
    await predict(service.url, "t");
    await service.saw(/to MongoDB .* wait on disk/);
    service.child.kill("SIGTERM");
    const { exitCode, stderr } = await service.finished;
    expect(exitCode).toBe(0);
    expect(stderr).toContain("1 record waits on disk for mongodb: the next mlt serve delivers it");
  },
);

testWith(sinkTools, "the delivery that is killed is started again, and nothing is lost", async () => {
  using dir = tempDir();
  await using both = await loggedSinks(dir.path);
  await both.start();
  await using service = await iris.serve([], both.env);
  await predict(service.url, "before");
  await delivered(service.url, 1);
  // With one worker the service answers itself: its only child is what delivers.
  const [sender = 0] = childrenOf(service.child.pid);
  expect(sender).toBeGreaterThan(1);
  process.kill(sender, "SIGKILL");
  await service.saw(/The delivery of the prediction log has ended \(SIGKILL\); starting it again/);
  await predict(service.url, "after");
  await delivered(service.url, 2);
  expect((await both.mongo.documents()).map(({ _id }) => _id).sort()).toEqual(["after:0", "before:0"]);
});

test("the name of a feature to drop that the model does not have ends the start, and says which it has", async () => {
  const { exitCode, stderr } = await iris.mlt(["serve", "--port", "0", "--workers", "1"], {
    MLT_LOGGING__ENABLED: "true",
    MLT_LOGGING__DROP: "sepal_lenght",
  });
  expect(exitCode).toBe(3);
  expect(stderr).toContain(
    'error: logging.drop names "sepal_lenght", which the model does not have; did you mean "sepal_length"?',
  );
});

test("of two services on one folder, the one that does not deliver tells its metrics without waiting", async () => {
  using dir = tempDir();
  const env = {
    MLT_LOGGING__FLUENTD__HOST: "127.0.0.1",
    MLT_LOGGING__FLUENTD__PORT: "1",
    MLT_LOGGING__SPOOL__DIR: dir.path,
  };
  await using first = await iris.serve([], env);
  await predict(first.url, "first");
  await first.saw(/predictions wait on disk/);
  await using second = await iris.serve([], env);
  await second.saw(/Another process delivers the prediction log/);
  const startedMs = performance.now();
  for (let scrape = 0; scrape < 5; scrape++) {
    expect(await metric(second.url, 'mlt_prediction_log_written_total{sink="spool"}')).toBe(0);
  }
  // Each waited for a second.
  expect(performance.now() - startedMs).toBeLessThan(4_000);
});

testWith(
  ["deno", ...sinkTools],
  "The source on Deno delivers what its workers answered, also after one was killed, and ends in order",
  async () => {
    using dir = tempDir();
    await using both = await loggedSinks(dir.path);
    await both.start();
    const options = { cwd: iris.path, env: both.env, runtime: "deno" } as const;
    await using service = await serveMlt(options, ["--workers", "2"]);
    for (let request = 0; request < 10; request++) await predict(service.url, `deno-${request}`);
    await delivered(service.url, 10);
    for (const child of childrenOf(service.child.pid)) process.kill(child, "SIGKILL");
    await service.saw(/A worker has ended[\s\S]*A worker has ended/);
    await until(async () => (await predict(service.url, "after").catch(() => 0)) === 200);
    await delivered(service.url, 11);
    service.child.kill("SIGTERM");
    const { exitCode, stderr } = await service.finished;
    expect({ exitCode, bug: /bug of mlt/.test(stderr) }).toEqual({ exitCode: 0, bug: false });
    expect((await both.mongo.documents()).length).toBeGreaterThanOrEqual(11);
  },
);
