import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { listen } from "../../adapters/http-server.ts";
import { freePort } from "../../ops/build/free-port.ts";
import { testAuthority } from "../support/certificates.ts";
import { mlt } from "../support/mlt.ts";
import { copyOf, succeeded, type TestProject, trainedProject } from "../support/project.ts";
import { tempDir } from "../support/temp-dir.ts";
import { testWith } from "../support/tools.ts";

let iris: TestProject;
beforeAll(async () => {
  iris = await trainedProject();
});
afterAll(() => iris[Symbol.dispose]());

const row = { sepal_length: 5.1, sepal_width: 3.5, petal_length: 1.4, petal_width: 0.2 };

const portOf = (url: string) => ({ MLT_SERVE__PORT: new URL(url).port });

async function predict(url: string, rows: readonly unknown[], headers = {}): Promise<number> {
  const response = await fetch(`${url}/api/predictions`, {
    method: "POST",
    headers: { "content-type": "application/json", connection: "close", ...headers },
    body: JSON.stringify(rows),
  });
  await response.text();
  return response.status;
}

test("mlt status tells of the project's service: that it is ready, its model, requests, log and drift", async () => {
  await using service = await iris.serve([], { MLT_LOGGING__ENABLED: "true" });
  // Nothing but setosas: two thirds of what was learned are not there any more.
  for (let request = 0; request < 4; request++) {
    expect(
      await predict(
        service.url,
        Array.from({ length: 60 }, () => row),
      ),
    ).toBe(200);
  }
  expect(await predict(service.url, [{}])).toBe(422);
  const { exitCode, stdout, stderr } = await iris.mlt(["status"], portOf(service.url));
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  const card = JSON.parse(iris.read("model_bin/model.json"));
  const lines = stdout.split("\n");
  expect(lines[0]).toBe(`iris 0.1.0 at ${service.url} is ready`);
  expect(lines).toContain(`  model           ${card.id}`);
  expect(stdout).toMatch(/^ {2}trained {9}\d+ \w+ \d{4}, \d\d:\d\d UTC$/m);
  expect(lines).toContain("  workers         1");
  expect(stdout).toMatch(/^\/api\/predictions +5 +[\d.]+ +[\d.]+ {2}200: 4, 422: 1$/m);
  expect(stdout).toMatch(/^spool +240 +- +- +- +0$/m);
  for (const name of ["petal_length", String.raw`\(predictions\)`]) {
    expect(stdout).toMatch(new RegExp(`^${name} +[1-9]\\.\\d\\d {2}█{10} {2}moved a lot$`, "m"));
  }
  expect(lines).toContain("Made from 240 predicted rows: below 0.1 is stable, from 0.25 on a lot.");
  expect(stdout).not.toContain("\x1b");
});

test("mlt status --json prints one document, also of a service that needs a key and is told by its address", async () => {
  const key = "0123456789abcdef";
  await using service = await iris.serve([], { MLT_SERVE__API_KEYS: key });
  expect(await predict(service.url, [row], { "x-api-key": key })).toBe(200);
  using elsewhere = tempDir();
  const finished = await mlt(["status", "--json", "--url", service.url], { cwd: elsewhere.path });
  const card = JSON.parse(iris.read("model_bin/model.json"));
  const features = Object.keys(row).map((name) => ({ name, psi: null, shift: "too_few_rows" }));
  expect(JSON.parse(succeeded(finished))).toEqual({
    url: service.url,
    ready: true,
    trouble: null,
    model: { id: card.id, name: "iris", version: "0.1.0", creation_time: card.creation_time },
    workers: 1,
    requests: [
      {
        route: "/api/predictions",
        answered: 1,
        by_status: { "200": 1 },
        p50_ms: expect.any(Number),
        p99_ms: expect.any(Number),
      },
    ],
    prediction_log: [],
    drift: { rows: 1, features, prediction: { name: "predictions", psi: null, shift: "too_few_rows" } },
  });
});

testWith(["openssl"], "mlt status asks the project's own service over HTTPS", async () => {
  await iris.write({ "tls/.gitkeep": "" });
  const authority = testAuthority(join(iris.path, "tls"));
  authority.issue("server");
  const env = {
    MLT_SERVE__TLS_CERT_FILE: "tls/server.pem",
    MLT_SERVE__TLS_KEY_FILE: "tls/server.key",
  };
  await using service = await iris.serve([], env);
  const own = await iris.mlt(["status"], { ...env, ...portOf(service.url) });
  expect(succeeded(own)).toContain(`at ${service.url} is ready`);
  // One that is told by its address has to prove itself.
  const told = await iris.mlt(["status", "--url", service.url], env);
  expect({ exitCode: told.exitCode, stdout: told.stdout }).toEqual({ exitCode: 4, stdout: "" });
  expect(told.stderr).toContain("its certificate is not trusted");
  const trusting = { ...env, NODE_EXTRA_CA_CERTS: join(iris.path, "tls/root.pem") };
  const trusted = ["status", "--url", service.url.replace("127.0.0.1", "localhost")];
  expect(succeeded(await iris.mlt(trusted, trusting))).toContain("is ready");
});

test("mlt status --golden asks also what the model was asked when it was trained, with the first key", async () => {
  const env = { MLT_SERVE__API_KEYS: "0123456789abcdef,fedcba9876543210", MLT_LOGGING__ENABLED: "true" };
  await using service = await iris.serve([], env);
  const ask = ["status", "--golden", "--url", service.url];
  const told = succeeded(await iris.mlt(ask, env));
  expect(told).toEndWith("\nIt answers 10 golden requests as its model did when it was trained.\n");
  expect(JSON.parse(succeeded(await iris.mlt([...ask, "--json"], env)))).toMatchObject({
    ready: true,
    golden: 10,
  });
  expect(succeeded(await iris.mlt(["logs"], env))).toContain("mlt-status-");
  const keyless = await iris.mlt(ask);
  expect({ exitCode: keyless.exitCode, stdout: keyless.stdout, stderr: keyless.stderr }).toEqual({
    exitCode: 4,
    stdout: "",
    stderr: `error: The service at ${service.url} fails its golden requests: it refuses the golden requests with 401
hint: Set MLT_SERVE__API_KEYS to a key that it takes.
`,
  });
});

test("mlt status --golden exits 4 where the service answers with another model, or otherwise than its own", async () => {
  await using service = await iris.serve();
  using other = copyOf(iris);
  const { id } = JSON.parse(iris.read("model_bin/model.json"));
  succeeded(await other.mlt(["train", "--seed", "7"]));
  const otherId = JSON.parse(other.read("model_bin/model.json")).id;
  const ask = ["status", "--golden", "--url", service.url];
  expect(await other.mlt(ask)).toMatchObject({
    exitCode: 4,
    stdout: "",
    stderr: `error: The service at ${service.url} fails its golden requests: it answers with the model ${id}, and model_bin holds ${otherId}
hint: Restart it with the model in model_bin, or put the one that it answers with there.
`,
  });
  // The card is no file that it names a hash of: with another answer in it, the service seems to answer otherwise.
  using doubtful = copyOf(iris);
  const card = JSON.parse(doubtful.read("model_bin/model.json"));
  const [{ row: first }] = card.golden;
  const golden = [{ ...card.golden[0], row: { ...first, petal_length: 6 } }, ...card.golden.slice(1)];
  await doubtful.write({ "model_bin/model.json": JSON.stringify({ ...card, golden }) });
  const { exitCode, stderr } = await doubtful.mlt(ask);
  expect({ exitCode, stderr }).toEqual({
    exitCode: 4,
    stderr: `error: The service at ${service.url} fails its golden requests: The model does not answer its golden request 1 as it did when it was trained
hint: Look at the log of the service.
`,
  });
});

test("mlt status asks a service of this machine without the proxy that is set for others", async () => {
  await using service = await iris.serve();
  const proxy = `http://127.0.0.1:${await freePort()}`;
  const env = { ...portOf(service.url), HTTP_PROXY: proxy, http_proxy: proxy };
  expect((await iris.mlt(["status"], env)).exitCode).toBe(0);
});

test("mlt status exits 4 and says why a service is not ready", async () => {
  const metrics = 'mlt_model_info{id="3d6f",name="iris",version="1.2.0"} 1\n';
  const detail = "The service is shutting down";
  await using server = await serverOf((path) =>
    path === "/metrics" ? new Response(metrics) : Response.json({ detail }, { status: 503 }),
  );
  const { exitCode, stdout, stderr } = await iris.mlt(["status", "--url", server.url]);
  expect({ exitCode, stdout, stderr }).toEqual({
    exitCode: 4,
    stdout: `iris 1.2.0 at ${server.url} is not ready
  model           3d6f
  workers         1
  because         The service is shutting down

No requests yet, but for probes.
`,
    stderr: "",
  });
});

test("mlt status exits 4 where something else answers", async () => {
  await using server = await serverOf(() => new Response("hello"));
  const { exitCode, stdout, stderr } = await iris.mlt(["status", "--url", `${server.url}/below/`]);
  expect({ exitCode, stdout, stderr }).toEqual({
    exitCode: 4,
    stdout: "",
    stderr: `error: What answers at ${server.url}/below is no service of mlt: GET /metrics gives 200
hint: Say with --url where mlt serve is.
`,
  });
});

test("mlt status exits 4 where nothing listens", async () => {
  const port = await freePort();
  const { exitCode, stdout, stderr } = await iris.mlt(["status"], { MLT_SERVE__PORT: String(port) });
  expect({ exitCode, stdout, stderr }).toEqual({
    exitCode: 4,
    stdout: "",
    stderr: `error: Cannot ask http://127.0.0.1:${port}: nothing listens there
hint: Start it with mlt serve, say where it is with --url, or look in Kubernetes with --release.
`,
  });
});

test.each([
  ["localhost:5000", 'Cannot read --url "localhost:5000" as an address'],
  ["http://", 'Cannot read --url "http://" as an address'],
  ["http://me:s3cret@localhost:5000", "--url holds a user or a password"],
])("mlt status exits 2 for --url %s", async (url, message) => {
  const { exitCode, stdout, stderr } = await iris.mlt(["status", "--url", url]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  expect(stderr).toStartWith(`error: ${message}\nhint: `);
  expect(stderr).not.toContain("s3cret");
});

test("mlt status asks for an address where the project's service takes any port", async () => {
  const { exitCode, stderr } = await iris.mlt(["status"], { MLT_SERVE__PORT: "0" });
  expect({ exitCode, stderr }).toEqual({
    exitCode: 3,
    stderr: `error: The project's service takes any free port: serve.port is 0
hint: Say with --url where it is.
`,
  });
});

/** A server of another kind, which is stopped when the block ends. */
async function serverOf(answer: (path: string) => Response) {
  const server = await listen((request) => answer(new URL(request.url).pathname), {
    host: "127.0.0.1",
    port: 0,
  });
  return { url: server.url, [Symbol.asyncDispose]: () => server.stop(0) };
}
