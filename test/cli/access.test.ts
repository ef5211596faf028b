import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { serveMlt } from "../support/mlt.ts";
import { cacheDir, copyOf, succeeded, type TestProject, trainedProject } from "../support/project.ts";
import { testWith } from "../support/tools.ts";

setDefaultTimeout(60_000);

const iris = await trainedProject();
afterAll(() => iris[Symbol.dispose]());

const first = "first-key-0123456789";
const second = "second-key-9876543210";
const body = JSON.stringify([{ sepal_length: 5.1, sepal_width: 3.5, petal_length: 1.4, petal_width: 0.2 }]);

async function statusWith(url: string, headers: Readonly<Record<string, string>>): Promise<number> {
  const init = { method: "POST", headers: { "content-type": "application/json", ...headers }, body };
  return (await fetch(`${url}/api/predictions`, init)).status;
}

/** That the service takes both keys, either way, and nothing else; and says no key anywhere. */
async function checkKeys(service: Awaited<ReturnType<TestProject["serve"]>>): Promise<void> {
  const { url } = service;
  expect(await statusWith(url, { "x-api-key": first })).toBe(200);
  expect(await statusWith(url, { authorization: `Bearer ${second}` })).toBe(200);
  expect(await statusWith(url, {})).toBe(401);
  expect(await statusWith(url, { "x-api-key": `${first},${second}` })).toBe(401);
  for (const path of ["/readyz", "/metrics", "/docs", "/docs/json"]) {
    const response = await fetch(url + path);
    expect(response.status).toBe(200);
    expect(await response.text()).not.toMatch(/first-key|second-key/);
  }
  service.child.kill("SIGTERM");
  const { exitCode, stdout, stderr } = await service.finished;
  expect([exitCode, stdout]).toEqual([0, ""]);
  expect(stderr).not.toMatch(/first-key|second-key/);
}

async function shownKeys(project: TestProject, env: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const text = succeeded(await project.mlt(["config", "show", "--json"], env));
  expect(text).not.toMatch(/first-key|second-key/);
  return JSON.parse(text)["serve.api_keys"];
}

test("mlt serve takes the keys of the environment", async () => {
  const env = { MLT_SERVE__API_KEYS: `${first},${second}` };
  expect(await shownKeys(iris, env)).toEqual({ value: "***", from: "environment" });
  await using service = await iris.serve([], env);
  await checkKeys(service);
});

test("mlt serve takes the keys of .env", async () => {
  using project = copyOf(iris);
  await project.write({ ".env": `MLT_SERVE__API_KEYS="${first} ${second}"\n` });
  expect(await shownKeys(project)).toEqual({ value: "***", from: ".env" });
  await using service = await project.serve();
  await checkKeys(service);
});

test("mlt serve takes the keys of a file that .env or the environment names, from the project's folder", async () => {
  using project = copyOf(iris);
  await project.write({
    ".env": "MLT_SERVE__API_KEYS_FILE=secrets/keys\n",
    "secrets/keys": `${first}\n${second}\n`,
  });
  expect(await shownKeys(project)).toEqual({ value: "***", from: ".env, MLT_SERVE__API_KEYS_FILE" });
  await using service = await project.serve();
  await checkKeys(service);
  const env = { MLT_SERVE__API_KEYS_FILE: join(project.path, "secrets/keys") };
  expect(await shownKeys(project, env)).toEqual({
    value: "***",
    from: "environment, MLT_SERVE__API_KEYS_FILE",
  });
  await using again = await project.serve([], env);
  await checkKeys(again);
});

test.each([
  [
    { MLT_SERVE__API_KEYS: "hunter2" },
    "environment: Expected each entry of MLT_SERVE__API_KEYS to be 16 to 512 visible ASCII characters, " +
      "such as those of `openssl rand -hex 32`",
  ],
  [
    { MLT_SERVE__API_KEYS: "" },
    "environment: Expected MLT_SERVE__API_KEYS to be one or more keys, or not to be set",
  ],
  [
    { MLT_SERVE__API_KEYS_FILE: "/hunter2" },
    "Cannot read the file that MLT_SERVE__API_KEYS_FILE names: there is none at that path",
  ],
  [
    { MLT_SERVE__API_KEYS_FILE: "source" },
    "Cannot read the file that MLT_SERVE__API_KEYS_FILE names: it is no regular file",
  ],
])("mlt serve exits 3 for the keys of %j, and does not repeat them", async (env, message) => {
  const { exitCode, stdout, stderr } = await iris.mlt(["serve"], env);
  expect([exitCode, stdout, stderr.split("\n")[0]]).toEqual([3, "", `error: ${message}`]);
  expect(stderr).not.toContain("hunter2");
});

test("mlt serve exits 3 for keys in config.yaml, and names the variables to use", async () => {
  using project = copyOf(iris);
  project.edit("config.yaml", "serve:\n", `serve:\n  api_keys: [${first}]\n`);
  const { exitCode, stderr } = await project.mlt(["serve"]);
  expect({ exitCode, stderr }).toEqual({
    exitCode: 3,
    stderr:
      'error: config.yaml:14:3 Secret "serve.api_keys" is in the file\n' +
      "hint: Set MLT_SERVE__API_KEYS in the environment or in .env, " +
      "or MLT_SERVE__API_KEYS_FILE to the path of a file that holds it.\n",
  });
});

test("mlt serve warns when it answers anybody on a network, and only then", async () => {
  const said = async (host: string, env: Readonly<Record<string, string>> = {}) => {
    await using service = await iris.serve(["--host", host], env);
    return { text: await service.saw(/Ctrl-C/), port: new URL(service.url).port };
  };
  const open = await said("0.0.0.0");
  expect(open.text).toStartWith(
    `warning: Anybody who reaches 0.0.0.0:${open.port} can ask for predictions; ` +
      "set MLT_SERVE__API_KEYS to require a key\n",
  );
  expect((await said("0.0.0.0", { MLT_SERVE__API_KEYS: first })).text).not.toContain("warning");
  expect((await said("127.0.0.1")).text).not.toContain("warning");
  expect((await said("localhost")).text).not.toContain("warning");
});

test("mlt test asks the service for no key", async () => {
  const { exitCode, stderr } = await iris.mlt(["test"], { MLT_SERVE__API_KEYS: first });
  expect([exitCode, stderr.includes(" 0 fail")]).toEqual([0, true]);
});

testWith(["deno"], "the source on Deno takes keys from a file", async () => {
  using project = copyOf(iris);
  await project.write({ "secrets/keys": `${first}\n${second}\n` });
  const env = { MLT_CACHE_DIR: cacheDir, MLT_SERVE__API_KEYS_FILE: "secrets/keys" };
  await using service = await serveMlt({ cwd: project.path, env, runtime: "deno" });
  await checkKeys(service);
});
