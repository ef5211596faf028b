import { afterAll, expect, test } from "bun:test";
import { keptConnections } from "../support/kept-connections.ts";
import { metric, until } from "../support/metric.ts";
import { startMlt } from "../support/mlt.ts";
import { pacedLoad } from "../support/paced-load.ts";
import { trainedProject } from "../support/project.ts";
import { openSocket } from "../support/raw-http.ts";
import { testWith } from "../support/tools.ts";

const iris = await trainedProject();
afterAll(() => iris[Symbol.dispose]());

const row = '[{"sepal_length":5.1,"sepal_width":3.5,"petal_length":1.4,"petal_width":0.2}]';
const request =
  "POST /api/predictions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" +
  `Content-Length: ${row.length}\r\n\r\n`;

/** How often a text has an answer with a prediction. */
const predictions = (text: string) =>
  text.match(/HTTP\/1\.1 200 OK\r\n[^[]*\[{"class_name":"setosa"}\]/g)?.length;

test("After SIGTERM a request on a kept connection is answered, and the connection closed with it", async () => {
  await using service = await iris.serve();
  const port = Number(new URL(service.url).port);
  const [busy, idle] = [await openSocket(port), await openSocket(port)];
  for (const socket of [busy, idle]) {
    socket.write(request + row);
    expect(await socket.received("setosa")).not.toMatch(/^connection:/im);
  }
  service.child.kill("SIGTERM");
  await service.saw(/SIGTERM: finishing/);
  busy.write(request + row);
  const text = await busy.ended();
  expect(predictions(text)).toBe(2);
  expect(text.match(/^connection: .*$/gim)).toEqual(["Connection: close"]);
  const fresh = await openSocket(port);
  fresh.write(request + row);
  expect(predictions(await fresh.ended())).toBe(1);
  expect(predictions(await idle.ended())).toBe(1);
  expect((await service.finished).exitCode).toBe(0);
});

test("After SIGTERM a refused body that was not read does not hide the answer", async () => {
  await using service = await iris.serve();
  const port = Number(new URL(service.url).port);
  const kept = await openSocket(port);
  kept.write(request + row);
  await kept.received("setosa");
  service.child.kill("SIGTERM");
  await service.saw(/SIGTERM: finishing/);
  const long = " ".repeat(20_000_000);
  kept.write(request.replace(`Length: ${row.length}`, `Length: ${long.length}`) + long);
  expect(await kept.ended()).toContain("HTTP/1.1 413 ");
  expect((await service.finished).exitCode).toBe(0);
});

test.each(["1", "2"])(
  "clients that keep their connections lose none of 200 requests a second when a process of %s workers ends",
  async (workers) => {
    await using ending = await iris.serve(["--workers", workers]);
    await using staying = await iris.serve(["--workers", workers]);
    for (const { url } of [ending, staying].filter(() => workers !== "1")) {
      await until(async () => (await metric(url, "mlt_worker_listening")) === Number(workers));
    }
    // New connections go to both in turn, and from a moment before the end on to the one that stays.
    let turns: readonly string[] = [ending.url, staying.url];
    let turn = 0;
    const urlOf = () => turns[turn++ % turns.length] ?? staying.url;
    using client = keptConnections(urlOf, { count: 32, timeoutMs: 10_000 });
    const load = pacedLoad(() => client.post("/api/predictions", row), 200);
    await until(() => load.answered() >= 200);
    expect(client.opened()).toBeGreaterThanOrEqual(32);
    turns = [staying.url];
    ending.child.kill("SIGTERM");
    expect((await ending.finished).exitCode).toBe(0);
    const atEnd = load.answered();
    await until(() => load.answered() >= atEnd + 200);
    const { statuses, failures } = await load.end();
    expect({ failures, statuses: Object.keys(statuses) }).toEqual({ failures: [], statuses: ["200"] });
  },
  30_000,
);

testWith(
  ["deno"],
  "After SIGTERM the source on Deno answers on a kept connection, and says that it closes",
  async () => {
    const started = startMlt(["serve", "--workers", "1", "--port", "0", "--dir", iris.path], {
      cwd: iris.path,
      runtime: "deno",
    });
    const port = Number(/POST http:\S+:(\d+)\/api/.exec(await started.saw(/POST \S+\/api/))?.[1]);
    const kept = await openSocket(port);
    kept.write(request + row);
    await kept.received("setosa");
    started.child.kill("SIGTERM");
    await started.saw(/SIGTERM: finishing/);
    kept.write(request + row);
    expect(predictions(await kept.ended())).toBe(2);
    expect(await kept.ended()).toMatch(/^connection: close$/im);
    expect((await started.finished).exitCode).toBe(0);
  },
  30_000,
);
