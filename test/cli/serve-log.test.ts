import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { once } from "node:events";
import { newProject, succeeded, type TestProject, trainedProject } from "../support/project.ts";

// Unpacking and training take longer than a unit test where the machine is busy.
setDefaultTimeout(60_000);

const iris = await trainedProject();
const failing = await projectWithItsOwnFailure();
afterAll(() => {
  for (const project of [iris, failing]) project[Symbol.dispose]();
});

const json = { MLT_SERVE__LOG_FORMAT: "json" };
const row = { sepal_length: 5.1, sepal_width: 3.5, petal_length: 1.4, petal_width: 0.2 };
const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const uuid = expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
const milliseconds = expect.any(Number);

/** A project whose own processX prints for a petal wider than 10, fails later for one wider than 15, and at once from 20. */
async function projectWithItsOwnFailure(): Promise<TestProject> {
  const project = await newProject();
  const train = "source/model/train.ts";
  project.edit(train, "this.scaler.fit(X);", "this.scaler.fit(this.widened(X));");
  project.edit(
    train,
    "return this.scaler.transform(X);",
    `const widest = X.getColumn("petal_width").max();
    if (widest > 20) throw new Error("A petal is too wide\\nand that is that");
    if (widest > 15) setTimeout(() => { throw new Error("stray"); }, 1);
    if (widest > 10) console.log("A wide petal\\nin %d row", X.height);
    return this.scaler.transform(this.widened(X));
  }

  private widened(X: DataFrame): DataFrame {
    return X.withColumn(X.getColumn("petal_width").alias("again"));`,
  );
  succeeded(await project.mlt(["train"]));
  return project;
}

function post(url: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}

/** The lines without their time and process, which are the same in all. */
function linesOf(stderr: string): unknown[] {
  const lines = stderr.split("\n");
  expect(lines.pop()).toBe("");
  return lines.map((text) => {
    const { time, pid, ...line } = JSON.parse(text);
    expect(new Date(time).toISOString()).toBe(time);
    expect(pid).toBeInteger();
    return line;
  });
}

test("mlt serve writes a JSON document for everything that it says, and none holds what was sent", async () => {
  const key = "s3cret-key-of-the-service";
  const service = await failing.serve([], { ...json, MLT_SERVE__API_KEYS: key });
  const predictions = `${service.url}/api/predictions`;
  const send = (body: unknown, headers = {}) => post(predictions, body, { "x-api-key": key, ...headers });

  expect((await send([row, { ...row, sepal_length: 5.12345 }], { traceparent })).status).toBe(200);
  expect((await send([{ ...row, "s3cret-field": "s3cret-value" }], { "x-request-id": 'a"\\b' })).status).toBe(
    422,
  );
  expect((await fetch(`${service.url}/s3cret-path?api_key=s3cret`)).status).toBe(404);
  expect((await post(`${predictions}?s3cret=1`, [row], { authorization: "Bearer s3cret" })).status).toBe(401);
  expect((await send([{ ...row, petal_width: 12.25 }], { traceparent: "s3cret" })).status).toBe(200);
  expect((await send([{ ...row, petal_width: 21.75 }], { "x-request-id": "s3crét" })).status).toBe(500);
  for (const probe of ["ping", "livez", "readyz", "healthz", "metrics", "v2/health/ready"])
    expect((await fetch(`${service.url}/${probe}`)).status).toBe(200);
  service.child.kill("SIGTERM");
  const { exitCode, stdout, stderr } = await service.finished;

  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "" });
  expect(stderr).not.toMatch(/s3cr|5\.12345|12\.25|21\.75|sepal/);
  const { id } = JSON.parse(failing.read("model_bin/model.json"));
  const model = { model_id: id, model_version: "0.1.0" };
  const asked = { method: "POST", route: "/api/predictions", request_id: uuid, duration_ms: milliseconds };
  expect(linesOf(stderr)).toEqual([
    { level: "info", message: "Serving iris 0.1.0", url: service.url, ...model },
    {
      level: "info",
      message: "POST /api/predictions 200",
      ...asked,
      status: 200,
      rows: 2,
      ...model,
      traceparent,
      trace_id: "4bf92f3577b34da6a3ce929d0e0e4736",
      span_id: "00f067aa0ba902b7",
    },
    {
      level: "warn",
      message: "POST /api/predictions 422",
      ...asked,
      request_id: 'a"\\b',
      status: 422,
      ...model,
    },
    {
      level: "warn",
      message: "GET unmatched 404",
      ...asked,
      method: "GET",
      route: "unmatched",
      status: 404,
    },
    { level: "warn", message: "POST /api/predictions 401", ...asked, status: 401, ...model },
    { level: "info", message: "A wide petal\nin 1 row" },
    { level: "info", message: "POST /api/predictions 200", ...asked, status: 200, rows: 1, ...model },
    {
      level: "error",
      message: "POST /api/predictions 500",
      ...asked,
      status: 500,
      ...model,
      error: expect.stringMatching(
        /^[^\n]*A petal is too wide\nand that is that\n {4,}at [\s\S]*processX \(preprocessor\.js:\d+/,
      ),
    },
    { level: "info", message: "SIGTERM: finishing 0 requests" },
  ]);
});

test("mlt serve writes JSON where stderr is no terminal, unless it is told otherwise", async () => {
  const auto = await iris.serve([], { MLT_SERVE__LOG_FORMAT: "auto" });
  auto.child.kill("SIGTERM");
  expect(linesOf((await auto.finished).stderr)).toMatchObject([
    { message: "Serving iris 0.1.0" },
    { message: "SIGTERM: finishing 0 requests" },
  ]);
  const pretty = await iris.serve(["--log-format", "pretty"], json);
  pretty.child.kill("SIGTERM");
  expect((await pretty.finished).stderr).toStartWith("iris 0.1.0  LogisticRegression");
});

test("mlt serve writes a line for a request as text, and the stack of a 500 below it", async () => {
  const service = await failing.serve();
  await post(`${service.url}/api/predictions`, [row, row], { "x-request-id": "id-1", traceparent });
  await post(`${service.url}/api/predictions`, [{ ...row, petal_width: 21.75 }], { "x-request-id": "id-2" });
  service.child.kill("SIGTERM");
  const { stderr } = await service.finished;
  expect(stderr.split("\n").slice(5).join("\n")).toMatch(
    new RegExp(
      `^\\S+Z 200 POST /api/predictions [\\d.]+ ms, 2 rows, request id-1, traceparent ${traceparent}\n` +
        "\\S+Z 500 POST /api/predictions [\\d.]+ ms, request id-2\n" +
        "    [^\n]*A petal is too wide\n    and that is that\n( {4,}(at|Caused|and) [^\n]*\n)+" +
        "SIGTERM: finishing 0 requests\n$",
    ),
  );
});

test.each([
  ["all", [200, 404]],
  ["errors", [404]],
  ["none", []],
] as const)(
  "serve.access_log: %s logs of a prediction and a path that is not there %p",
  async (access, logged) => {
    const service = await iris.serve([], { ...json, MLT_SERVE__ACCESS_LOG: access });
    await post(`${service.url}/api/predictions`, [row]);
    await fetch(`${service.url}/nowhere`);
    service.child.kill("SIGTERM");
    const { stderr } = await service.finished;
    const statuses = [...stderr.matchAll(/"status":(\d+)/g)].map(([, status]) => Number(status));
    expect(statuses).toEqual([...logged]);
  },
);

test("serve.access_log: none still tells of a 500", async () => {
  const service = await failing.serve([], { ...json, MLT_SERVE__ACCESS_LOG: "none" });
  await post(`${service.url}/api/predictions`, [row]);
  await post(`${service.url}/api/predictions`, [{ ...row, petal_width: 21.75 }]);
  service.child.kill("SIGTERM");
  expect(linesOf((await service.finished).stderr)).toMatchObject([
    { message: "Serving iris 0.1.0" },
    { message: "POST /api/predictions 500", error: expect.stringContaining("A petal is too wide") },
    { message: "SIGTERM: finishing 0 requests" },
  ]);
});

test("A probe is logged where it fails", async () => {
  const service = await iris.serve([], json);
  await fetch(`${service.url}/readyz`, { method: "POST" });
  service.child.kill("SIGTERM");
  expect(linesOf((await service.finished).stderr)).toContainEqual(
    expect.objectContaining({ message: "POST /readyz 405", level: "warn" }),
  );
});

test("What keeps mlt serve from starting is one JSON line, with the hint and the exit code", async () => {
  const wrongHost = await iris.mlt(["serve", "--log-format", "json", "--host", "203.0.113.7"]);
  expect(wrongHost.exitCode).toBe(4);
  expect(linesOf(wrongHost.stderr)).toEqual([
    {
      level: "error",
      message: 'Cannot listen on "203.0.113.7": it is no address of this machine',
      hint: 'Choose an address with --host, or with serve.host in config.yaml, such as "0.0.0.0".',
      exit_code: 4,
    },
  ]);
  const wrongPort = await iris.mlt(["serve", "--log-format", "json"], { MLT_SERVE__PORT: "x" });
  expect(wrongPort.exitCode).toBe(3);
  expect(linesOf(wrongPort.stderr)).toMatchObject([{ level: "error", exit_code: 3 }]);
});

test("mlt serve refuses a format that it does not know", async () => {
  const { exitCode, stderr } = await iris.mlt(["serve", "--log-format", "xml"]);
  expect(exitCode).toBe(2);
  expect(linesOf(stderr)).toEqual([
    {
      level: "error",
      message: 'command line: Expected serve.log_format to be one of "auto", "pretty", "json", not "xml"',
      hint: "Run the command with --help to list its flags.",
      exit_code: 2,
    },
  ]);
});

test("What ends mlt serve is a JSON line too, such as a failure that the project's code leaves behind", async () => {
  const service = await failing.serve([], json);
  await post(`${service.url}/api/predictions`, [{ ...row, petal_width: 16 }]);
  const { exitCode, stderr } = await service.finished;
  expect(exitCode).toBe(3);
  expect(linesOf(stderr).at(-1)).toEqual({
    level: "error",
    message: "Preprocessor failed after processX was done: stray",
    hint: "Let processX start nothing that goes on when it has returned.",
    exit_code: 3,
  });
});

test("Several workers write whole lines to one log", async () => {
  const service = await iris.serve(["--workers", "2"], json);
  await Promise.all(
    Array.from({ length: 300 }, () =>
      post(`${service.url}/api/predictions`, [row], { connection: "close", traceparent }),
    ),
  );
  service.child.kill("SIGTERM");
  const { exitCode, stderr } = await service.finished;
  expect(exitCode).toBe(0);
  const lines = linesOf(stderr);
  expect(lines.filter((line) => JSON.stringify(line).includes("POST /api/predictions 200"))).toHaveLength(
    300,
  );
  expect(lines).toContainEqual({ level: "info", message: "SIGTERM: finishing the requests of 2 workers" });
});

/** Asks for predictions until lines of the log are dropped. */
async function predictUntilDropped(url: string): Promise<void> {
  for (let dropped = 0; dropped === 0; ) {
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => post(`${url}/api/predictions`, [row], { traceparent })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const metrics = await (await fetch(`${url}/metrics`)).text();
    dropped = Number(/^mlt_log_dropped_total (\d+)$/m.exec(metrics)?.[1]);
  }
}

test("A reader of stderr that does not read holds up no prediction, and learns of the lines that it missed", async () => {
  const service = await iris.serve([], json);
  service.child.stderr?.pause();
  await predictUntilDropped(service.url);
  service.child.stderr?.resume();
  await service.saw(/\d+ lines of the log were dropped/);
  service.child.kill("SIGTERM");
  const { exitCode, stderr } = await service.finished;
  expect(exitCode).toBe(0);
  expect(linesOf(stderr)).toContainEqual({
    level: "warn",
    message: expect.stringMatching(/^\d+ lines of the log were dropped: nobody read stderr$/),
    dropped: expect.any(Number),
  });
});

test("SIGTERM ends mlt serve with 0 where nobody reads stderr", async () => {
  const service = await iris.serve([], json);
  service.child.stderr?.pause();
  await predictUntilDropped(service.url);
  service.child.kill("SIGTERM");
  expect(await once(service.child, "exit")).toEqual([0, null]);
  service.child.stderr?.resume();
});
