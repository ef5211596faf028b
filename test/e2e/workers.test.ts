import { afterAll, expect, test } from "bun:test";
import { createServer } from "node:net";
import { freePort } from "../../ops/build/free-port.ts";
import { childrenOf } from "../support/children.ts";
import { steadyLoad } from "../support/load.ts";
import { metric, until } from "../support/metric.ts";
import { startMlt } from "../support/mlt.ts";
import { copyOf, succeeded, trainedProject } from "../support/project.ts";
import { openSocket } from "../support/raw-http.ts";
import { testWith } from "../support/tools.ts";

const iris = await trainedProject();
afterAll(() => iris[Symbol.dispose]());

test("mlt serve --workers 3 answers from three processes on one port, and counts for all of them", async () => {
  await using service = await iris.serve(["--workers", "3"]);
  await until(async () => (await metric(service.url, "mlt_worker_listening")) === 3);
  expect(childrenOf(service.child.pid)).toHaveLength(3);
  // A connection each, so that the system shares them out.
  for (let request = 0; request < 60; request++) {
    await (await fetch(`${service.url}/ping`, { headers: { connection: "close" } })).text();
  }
  expect(await metric(service.url, 'mlt_request_total{route="/ping",status="200"}')).toBe(60);
  expect(await metric(service.url, 'mlt_request_duration_seconds_count{route="/ping"}')).toBe(60);
  expect(await metric(service.url, "mlt_worker_restart_total")).toBe(0);
  service.child.kill("SIGTERM");
  const { exitCode, stdout, stderr } = await service.finished;
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "" });
  expect(stderr).toContain("SIGTERM: finishing the requests of 3 workers");
});

test("the drift of two workers is that of all their rows, as mlt status tells it", async () => {
  await using service = await iris.serve(["--workers", "2"]);
  await until(async () => (await metric(service.url, "mlt_worker_listening")) === 2);
  const rows = iris
    .read("source/data/iris.csv")
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(",").map(Number))
    .map(([sepal_length, sepal_width, petal_length, petal_width]) => ({
      sepal_length,
      sepal_width,
      petal_length,
      petal_width,
    }));
  // The data are sorted by class, and asked twice. A connection each, so that the system shares the requests out.
  for (let start = 0; start < 2 * rows.length; start += 5) {
    const answer = await fetch(`${service.url}/api/predictions`, {
      method: "POST",
      headers: { "content-type": "application/json", connection: "close" },
      body: JSON.stringify(rows.slice(start % rows.length, (start % rows.length) + 5)),
    });
    expect(answer.status).toBe(200);
  }
  const { drift } = JSON.parse(succeeded(await iris.mlt(["status", "--json", "--url", service.url])));
  expect(drift.rows).toBe(300);
  for (const { shift } of [...drift.features, drift.prediction]) expect(shift).toBe("stable");
});

test("a worker that is killed is replaced while the others answer, and no count is lost", async () => {
  await using service = await iris.serve(["--workers", "2"]);
  await until(async () => (await metric(service.url, "mlt_worker_listening")) === 2);
  for (let request = 0; request < 40; request++) {
    await (await fetch(`${service.url}/ping`, { headers: { connection: "close" } })).text();
  }
  const counted = 'mlt_request_total{route="/ping",status="200"}';
  expect(await metric(service.url, counted)).toBe(40);
  const [killed = 0, left = 0] = childrenOf(service.child.pid);
  process.kill(killed, "SIGKILL");
  await service.saw(/A worker has ended \(SIGKILL\); starting another/);
  expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
  await until(() => {
    const now = childrenOf(service.child.pid);
    return now.length === 2 && now.includes(left) && !now.includes(killed);
  });
  await until(async () => (await metric(service.url, "mlt_worker_listening")) === 2);
  expect(await metric(service.url, "mlt_worker_restart_total")).toBe(1);
  expect(await metric(service.url, counted)).toBe(40);
});

test.each([
  ["1", 64],
  ["2", 64],
] as const)(
  "SIGTERM under load: of %s workers none fails a request that it took, and mlt serve exits 0",
  async (workers, connections) => {
    await using service = await iris.serve(["--workers", workers]);
    if (workers !== "1") {
      await until(async () => (await metric(service.url, "mlt_worker_listening")) === Number(workers));
    }
    const load = await steadyLoad(service.url, connections);
    await until(() => load.answered() > 2_000);
    service.child.kill("SIGTERM");
    const { exitCode } = await service.finished;
    const outcome = await load.end();
    expect(exitCode).toBe(0);
    // Whoever was on the way got an answer: the prediction, or word to come again.
    expect(outcome.statuses.filter((status) => status !== 200 && status !== 503)).toEqual([]);
    expect(outcome.cutOff).toBe(0);
  },
  30_000,
);

test("the workers end when the process that started them is killed", async () => {
  const service = await iris.serve(["--workers", "2"]);
  await until(() => childrenOf(service.child.pid).length === 2);
  const workers = childrenOf(service.child.pid);
  service.child.kill("SIGKILL");
  await service.finished;
  await until(() => workers.every((worker) => !isAlive(worker)));
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test("mlt serve --workers does not share a port that another program has", async () => {
  await using first = await iris.serve(["--workers", "2"]);
  const { port } = new URL(first.url);
  const second = await iris.mlt(["serve", "--workers", "2", "--port", port]);
  expect({ exitCode: second.exitCode, stdout: second.stdout }).toEqual({ exitCode: 4, stdout: "" });
  expect(second.stderr).toContain(`Cannot listen on port ${port} of "127.0.0.1": another program has it`);
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const address = other.address();
  const taken = typeof address === "object" ? String(address?.port) : "";
  const third = await iris.mlt(["serve", "--workers", "2", "--port", taken]);
  other.close();
  expect(third.exitCode).toBe(4);
});

test("mlt serve --workers says once what is wrong with the model", async () => {
  const { exitCode, stderr } = await iris.mlt(["serve", "--workers", "3"], { MLT_MODEL_BIN: "nowhere" });
  expect(exitCode).toBe(3);
  expect(stderr.match(/nowhere/g)).toHaveLength(1);
});

test.each(["0", "two", "1.5", "-1", "1000"])("mlt serve refuses --workers %s", async (workers) => {
  const { exitCode, stderr } = await iris.mlt(["serve", `--workers=${workers}`]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain("serve.workers");
});

test.each(["1", "2"])(
  "a signal that reaches the whole process group, as from a terminal, lets a request of %s workers finish",
  async (workers) => {
    const service = await iris.serve(["--workers", workers]);
    if (workers !== "1") {
      await until(async () => (await metric(service.url, "mlt_worker_listening")) === Number(workers));
    }
    const body = JSON.stringify([
      { sepal_length: 5.1, sepal_width: 3.5, petal_length: 1.4, petal_width: 0.2 },
    ]);
    const socket = await openSocket(Number(new URL(service.url).port));
    socket.write(
      "POST /api/predictions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" +
        `Connection: close\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 9)}`,
    );
    await until(async () => (await metric(service.url, "mlt_request_in_progress")) === 2);
    const all = [service.child.pid ?? 0, ...childrenOf(service.child.pid)];
    for (const pid of all) process.kill(pid, "SIGINT");
    // Once to the process and once to its group, as `timeout` does.
    process.kill(service.child.pid ?? 0, "SIGINT");
    await service.saw(/SIGINT: finishing/);
    socket.write(body.slice(9));
    expect(await socket.ended()).toContain("setosa");
    expect((await service.finished).exitCode).toBe(0);
  },
);

test("a second signal ends mlt serve and its workers at once", async () => {
  const service = await iris.serve(["--workers", "2"]);
  await until(async () => (await metric(service.url, "mlt_worker_listening")) === 2);
  const workers = childrenOf(service.child.pid);
  const socket = await openSocket(Number(new URL(service.url).port));
  socket.write(
    "POST /api/predictions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n[",
  );
  await until(async () => (await metric(service.url, "mlt_request_in_progress")) === 2);
  service.child.kill("SIGTERM");
  await service.saw(/SIGTERM: finishing/);
  let ended = false;
  void service.finished.then(() => {
    ended = true;
  });
  // Again and again: one that comes at once is the echo of the first.
  await until(() => {
    service.child.kill("SIGTERM");
    return ended;
  });
  expect((await service.finished).signal).toBe("SIGTERM");
  await until(() => workers.every((worker) => !isAlive(worker)));
  socket.end();
});

test("a worker that is replaced does not answer with another model than the others", async () => {
  using project = copyOf(iris);
  await using service = await project.serve(["--workers", "2"]);
  await until(async () => (await metric(service.url, "mlt_worker_listening")) === 2);
  const { id } = JSON.parse(project.read("model_bin/model.json"));
  succeeded(await project.mlt(["train", "--seed", "7"]));
  process.kill(childrenOf(service.child.pid)[0] ?? 0, "SIGKILL");
  await service.saw(/the other workers answer with/);
  await service.saw(/A worker has ended before it answered; 1 answers/);
  for (let request = 0; request < 20; request++) {
    const response = await fetch(`${service.url}/api/model`, { headers: { connection: "close" } });
    expect(JSON.parse(await response.text()).id).toBe(id);
  }
  service.child.kill("SIGTERM");
  expect((await service.finished).exitCode).toBe(0);
});

test("two that are started at once do not share a port", async () => {
  const port = String(await freePort());
  const both = [1, 2].map(() => iris.start(["serve", "--workers", "2", "--port", port]));
  const loser = await Promise.race(both.map(({ finished }) => finished));
  expect(loser.exitCode).toBe(4);
  expect(loser.stderr).toContain("another program has it");
  for (const { child } of both) child.kill("SIGTERM");
  const codes = (await Promise.all(both.map(({ finished }) => finished))).map(({ exitCode }) => exitCode);
  expect(codes).toContain(4);
});

test("a worker that is held up is ended when its time is over", async () => {
  await using service = await iris.serve(["--workers", "2"], { MLT_SERVE__SHUTDOWN_TIMEOUT: "0" });
  await until(async () => (await metric(service.url, "mlt_worker_listening")) === 2);
  process.kill(childrenOf(service.child.pid)[0] ?? 0, "SIGSTOP");
  service.child.kill("SIGTERM");
  expect((await service.finished).exitCode).toBe(0);
});

testWith(["deno"], "mlt serve --workers answers on Deno", async () => {
  const started = startMlt(["serve", "--workers", "2", "--port", "0", "--dir", iris.path], {
    cwd: iris.path,
    runtime: "deno",
  });
  const url = /POST (\S+)\/api/.exec(await started.saw(/POST \S+\/api/))?.[1] ?? "";
  await until(async () => (await metric(url, "mlt_worker_listening")) === 2);
  started.child.kill("SIGTERM");
  expect((await started.finished).exitCode).toBe(0);
});
