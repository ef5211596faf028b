import { afterAll, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { appendFileSync, chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { launch, mltBinary } from "../support/mlt.ts";
import { copyOf, newProject, succeeded, type TestProject, trainedProject } from "../support/project.ts";
import { spoolLog } from "../support/spool-log.ts";
import { testWith } from "../support/tools.ts";

const fresh = await newProject();
afterAll(() => fresh[Symbol.dispose]());

const start = Date.UTC(2026, 10, 24, 19, 13, 44, 123);
const minute = 60_000;

/** A project with five predictions and a truth, of two processes. */
async function loggedProject(): Promise<TestProject> {
  const project = copyOf(fresh);
  const dir = join(project.path, ".mlt/spool");
  using one = spoolLog(dir);
  using other = spoolLog(dir);
  await one.predict(start, "r-1", [
    { id: "A-17", className: "setosa" },
    { id: 18, className: "virginica" },
  ]);
  await other.predict(start + minute, "r-2", [{ className: "versicolor" }]);
  await one.predict(start + 2 * minute, "r-3", [{ id: "A-17", className: "virginica" }]);
  await one.feedback(start + 3 * minute, "f-1", [{ id: "A-17", truth: "setosa" }]);
  await other.predict(start + 26 * 60 * minute, "r-4", [{ id: "B-1", className: "setosa" }]);
  return project;
}

const logged = await loggedProject();
afterAll(() => logged[Symbol.dispose]());

const lines = {
  header: "time                      id or request:row  event     prediction     probability  latency  model",
  a17: "2026-11-24 19:13:44.123Z  A-17               predict   setosa              0.8000  1.50 ms  iris 1.2.0",
  n18: "2026-11-24 19:13:44.123Z  18                 predict   virginica           0.8000  1.50 ms  iris 1.2.0",
  r2: "2026-11-24 19:14:44.123Z  r-2:0              predict   versicolor          0.8000  1.50 ms  iris 1.2.0",
  again:
    "2026-11-24 19:15:44.123Z  A-17               predict   virginica           0.8000  1.50 ms  iris 1.2.0",
  truth: "2026-11-24 19:16:44.123Z  A-17               feedback  truth: setosa                        iris",
  b1: "2026-11-25 21:13:44.123Z  B-1                predict   setosa              0.8000  1.50 ms  iris 1.2.0",
};

test("mlt logs shows what was predicted, and what became of it, in the order of time", async () => {
  const { exitCode, stdout, stderr } = await logged.mlt(["logs"]);
  const { header, a17, n18, r2, again, truth, b1 } = lines;
  expect(stdout).toBe(`${[header, a17, n18, r2, again, truth, b1].join("\n")}\n`);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
});

/** The request and row of each record that is shown. */
async function shown(project: TestProject, args: readonly string[]): Promise<string[]> {
  const records: unknown = JSON.parse(succeeded(await project.mlt(["logs", "--json", ...args])));
  if (!Array.isArray(records)) throw new Error("That is no array");
  return records.map(({ request_id, row }) => `${request_id}:${row}`);
}

const all = ["r-1:0", "r-1:1", "r-2:0", "r-3:0", "f-1:0", "r-4:0"];

test.each<[args: string[], expected: string[]]>([
  [[], all],
  [["--last", "0"], all],
  [
    ["-n", "2"],
    ["f-1:0", "r-4:0"],
  ],
  [["--last", "1", "--until", "2026-11-25"], ["f-1:0"]],
  [
    ["--since", "2026-11-24T19:15"],
    ["r-3:0", "f-1:0", "r-4:0"],
  ],
  [["--since", "2026-11-24T19:15", "--last", "1"], ["r-4:0"]],
  [
    ["--since", "2026-11-24", "--until", "2026-11-24T20:15:44.123+01:00"],
    ["r-1:0", "r-1:1", "r-2:0"],
  ],
  [["--since", "2026-11-26"], []],
  [
    ["--id", "A-17"],
    ["r-1:0", "r-3:0", "f-1:0"],
  ],
  [["--id", "18"], ["r-1:1"]],
  [
    ["--request-id", "r-1"],
    ["r-1:0", "r-1:1"],
  ],
  [
    ["--class", "virginica"],
    ["r-1:1", "r-3:0"],
  ],
  [["--event", "feedback"], ["f-1:0"]],
  [["--event", "predict", "--class", "setosa", "--id", "B-1"], ["r-4:0"]],
  [["--class", "no such"], []],
])("mlt logs %j shows those alone", async (args, expected) => {
  expect(await shown(logged, args)).toEqual(expected);
});

test("mlt logs reads times and days in the configured time zone", async () => {
  // Midnight of the 25th in Auckland (+13) is 11:00 UTC of the 24th.
  const env = { MLT_LOGGING__TIME_ZONE: "Pacific/Auckland" };
  const { stdout } = await logged.mlt(["logs", "--json", "--until", "2026-11-25"], env);
  expect(stdout).toBe("[]\n");
});

test("mlt logs --json prints one JSON array of whole records", async () => {
  const { stdout } = await logged.mlt(["logs", "--json", "-n", "1"]);
  expect(JSON.parse(stdout)).toEqual([
    {
      schema_version: 1,
      timestamp: "2026-11-25T21:13:44.123Z",
      request_id: "r-4",
      row: 0,
      event: "predict",
      ID: "B-1",
      model_id: "3d6f0a52-6d0e-4f5c-9a51-0c8ac2f5f9b7",
      model_name: "iris",
      model_version: "1.2.0",
      model_creation_time: "2026-11-24T03:00:00.000Z",
      features: { sepal_length: 1.5, sepal_width: 1.5, petal_length: 1.5, petal_width: 1.5 },
      prediction: "setosa",
      class_1: "setosa",
      proba_1: 0.8,
      class_2: "versicolor",
      proba_2: 0.1,
      class_3: "virginica",
      proba_3: 0.1,
      latency_ms: 1.5,
    },
  ]);
});

test("mlt logs shows the last twenty, of more than a part of a segment holds, and all of them with --last 0", async () => {
  using project = copyOf(fresh);
  using log = spoolLog(join(project.path, ".mlt/spool"));
  const rows = Array.from({ length: 500 }, () => ({ className: "setosa" }));
  for (let index = 0; index < 20; index++) await log.predict(start + index, `r-${index}`, rows);
  const lastTwenty = Array.from({ length: 20 }, (_, index) => `r-19:${480 + index}`);
  expect(await shown(project, [])).toEqual(lastTwenty);
  const everything = await shown(project, ["-n", "0"]);
  expect([everything.length, everything[0], everything.at(-1)]).toEqual([10_000, "r-0:0", "r-19:499"]);
});

test("mlt logs says so where no record is like that, and ends with 0", async () => {
  const { exitCode, stdout, stderr } = await logged.mlt(["logs", "--id", "nobody"]);
  expect({ exitCode, stdout, stderr }).toEqual({
    exitCode: 0,
    stdout: "",
    stderr: "The prediction log holds no such record\n",
  });
});

test.each<[args: string[], error: string, hint: string]>([
  [
    ["--since", "yesterday"],
    'Cannot read --since "yesterday" as a time',
    "Give how long ago, as in 30s, 15m, 2h or 7d, a day such as 2026-11-24, or a time such as 2026-11-24T20:13 or 2026-11-24T20:13:44+01:00.",
  ],
  [
    ["--since", "1h", "--until", "2h"],
    "--until is not after --since",
    "Swap them, or leave --until out to see all up to now.",
  ],
  [
    ["--last", "few"],
    'Cannot read --last "few" as a number of records',
    "Give how many, as in --last 100; 0 is all.",
  ],
  [
    ["--event", "predit"],
    '--event cannot be "predit"; did you mean predict?',
    "Choose of predict, predict_proba, feedback.",
  ],
  [["--from", "disk"], '--from cannot be "disk"', "Choose of spool, mongodb."],
  [
    ["--follow", "--from", "mongodb"],
    "--follow cannot be with --from mongodb",
    "Follow the spool, which has a prediction before MongoDB.",
  ],
  [["--follow", "--until", "1h"], "--follow cannot be with --until", "Leave one of them out."],
  [["--to", "mongodb"], "--to is for --replay alone", "Add --replay to send records once more."],
  [
    ["--replay", "--to", "mongodb"],
    "--replay needs --since and --to",
    "Say from when on, and to which: --since 2h --to mongodb.",
  ],
  [
    ["--replay", "--since", "2h"],
    "--replay needs --since and --to",
    "Say from when on, and to which: --since 2h --to mongodb.",
  ],
  [
    ["--replay", "--since", "2h", "--to", "mongo"],
    '--to cannot be "mongo"; did you mean mongodb?',
    "Choose of fluentd, mongodb.",
  ],
  [
    ["--replay", "--since", "2h", "--to", "mongodb", "--follow"],
    "--replay cannot be with --follow",
    "Leave it out: all that the spool has since then is sent.",
  ],
  [
    ["--replay", "--since", "2h", "--to", "mongodb", "-n", "5"],
    "--replay cannot be with --last",
    "Leave it out: all that the spool has since then is sent.",
  ],
])("mlt logs %j is a wrong command line", async (args, error, hint) => {
  const { exitCode, stdout, stderr } = await logged.mlt(["logs", ...args]);
  expect({ exitCode, stdout, stderr }).toEqual({
    exitCode: 2,
    stdout: "",
    stderr: `error: ${error}\nhint: ${hint}\n`,
  });
});

test.each<[name: string, env: Record<string, string>, args: string[], hint: string]>([
  [
    "off",
    {},
    ["logs"],
    "Set logging.enabled: true in config.yaml, start mlt serve, and ask it for a prediction.",
  ],
  [
    "off",
    {},
    ["logs", "--follow"],
    "Set logging.enabled: true in config.yaml, start mlt serve, and ask it for a prediction.",
  ],
  [
    "on",
    { MLT_LOGGING__ENABLED: "true" },
    ["logs"],
    "Start mlt serve in this project, and ask it for a prediction.",
  ],
])("mlt logs exits 3 where there is no log and logging is %s", async (_name, env, args, hint) => {
  const { exitCode, stdout, stderr } = await fresh.mlt(args, env);
  expect({ exitCode, stdout, stderr }).toEqual({
    exitCode: 3,
    stdout: "",
    stderr: `error: There is no prediction log in "${join(fresh.path, ".mlt/spool")}"\nhint: ${hint}\n`,
  });
});

test("mlt logs --follow shows what comes, also of a process that begins later, until Ctrl-C", async () => {
  using project = copyOf(fresh);
  const dir = join(project.path, ".mlt/spool");
  using first = spoolLog(dir);
  await first.predict(start, "r-1", [{ id: "old", className: "setosa" }]);
  await first.predict(start + 1, "r-2", [{ id: "A-1", className: "setosa" }]);
  const following = project.start(["logs", "--follow", "--json", "-n", "1"]);
  const seen = lineReader(following.child.stdout);
  expect(await seen.next()).toMatchObject({ ID: "A-1" });
  await first.predict(start + 2, "r-3", [{ id: "A-2", className: "virginica" }]);
  expect(await seen.next()).toMatchObject({ ID: "A-2", prediction: "virginica" });
  using second = spoolLog(dir);
  await second.predict(start + 3, "r-4", [{ id: "A-3", className: "setosa" }]);
  expect(await seen.next()).toMatchObject({ ID: "A-3" });
  following.child.kill("SIGINT");
  const { exitCode, stderr } = await following.finished;
  expect({ exitCode, stderr }).toEqual({ exitCode: 130, stderr: "" });
});

test("mlt logs --follow goes on behind all that is there, and shows only what is asked for", async () => {
  using project = copyOf(fresh);
  using log = spoolLog(join(project.path, ".mlt/spool"));
  await log.predict(start, "r-1", [{ id: "A-1", className: "setosa" }]);
  const following = project.start(["logs", "-f", "--json", "--since", "2026-11-24", "--class", "setosa"]);
  const seen = lineReader(following.child.stdout);
  expect(await seen.next()).toMatchObject({ ID: "A-1" });
  await log.predict(start + 1, "r-2", [{ id: "A-2", className: "virginica" }]);
  await log.predict(start + 2, "r-3", [{ id: "A-3", className: "setosa" }]);
  expect(await seen.next()).toMatchObject({ ID: "A-3" });
  following.child.kill("SIGINT");
  expect((await following.finished).exitCode).toBe(130);
});

test("mlt logs --follow waits for a log that is not there yet", async () => {
  using project = copyOf(fresh);
  const following = project.start(["logs", "--follow", "--json"], { MLT_LOGGING__ENABLED: "true" });
  await following.saw(/^Nothing is logged yet; waiting for the first prediction\n$/);
  using log = spoolLog(join(project.path, ".mlt/spool"));
  await log.predict(start, "r-1", [{ id: "A-1", className: "setosa" }]);
  expect(await lineReader(following.child.stdout).next()).toMatchObject({ ID: "A-1" });
  following.child.kill("SIGINT");
  expect((await following.finished).exitCode).toBe(130);
});

test("mlt logs ends quietly when its reader does", () => {
  const script = `"${mltBinary}" logs --last 0 | head -n 1; echo "\${PIPESTATUS[0]}"`;
  const { stdout, stderr } = spawnSync("bash", ["-c", script], { cwd: logged.path, encoding: "utf8" });
  expect({ stdout, stderr }).toEqual({ stdout: `${lines.header}\n0\n`, stderr: "" });
});

test("mlt logs --follow ends when its reader does", async () => {
  using project = copyOf(fresh);
  using log = spoolLog(join(project.path, ".mlt/spool"));
  await log.predict(start, "r-0", [{ className: "setosa" }]);
  const script = `"${mltBinary}" logs --follow --last 0 --json | head -n 1; exit "\${PIPESTATUS[0]}"`;
  const piped = launch(["bash", "-c", script], { cwd: project.path });
  let isEnded = false;
  const ending = piped.finished.finally(() => {
    isEnded = true;
  });
  // It learns that nobody reads when it next writes.
  for (let index = 1; !isEnded; index++) {
    await log.predict(start + index, `r-${index}`, [{ className: "setosa" }]);
    await new Promise(setImmediate);
  }
  const { exitCode, stdout, stderr } = await ending;
  expect(JSON.parse(stdout)).toMatchObject({ request_id: "r-0" });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
});

test("mlt logs passes over what is damaged, and says so", async () => {
  using project = copyOf(fresh);
  const dir = join(project.path, ".mlt/spool");
  using log = spoolLog(dir);
  await log.predict(start, "r-1", [{ className: "setosa" }]);
  const [name = ""] = Array.from(new Bun.Glob("*.log").scanSync(dir));
  appendFileSync(join(dir, name), "torn");
  await log.predict(start + 1, "r-2", [{ className: "setosa" }]);
  const { exitCode, stdout, stderr } = await project.mlt(["logs", "--json"]);
  expect(JSON.parse(stdout)).toMatchObject([{ request_id: "r-1" }, { request_id: "r-2" }]);
  expect(exitCode).toBe(0);
  expect(stderr).toBe(
    `warning: 4 bytes of the prediction log cannot be read and were passed over, in "${join(dir, name)}"\n`,
  );
});

test("mlt logs exits 4 where the disk does not give the log", async () => {
  using project = copyOf(fresh);
  await project.write({ "spool.txt": "no folder" });
  const { exitCode, stderr } = await project.mlt(["logs"], { MLT_LOGGING__SPOOL__DIR: "spool.txt" });
  const path = join(project.path, "spool.txt");
  expect({ exitCode, stderr }).toEqual({
    exitCode: 4,
    stderr: `error: Cannot read the prediction log in "${path}": ENOTDIR\nhint: Check logging.spool.dir and its disk.\n`,
  });
});

testWith(["root", "setpriv"], "mlt logs exits 4 where the log is another user's", () => {
  using project = copyOf(fresh);
  const dir = join(project.path, ".mlt/spool");
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  chmodSync(project.path, 0o755);
  const nobody = ["--reuid", "65534", "--regid", "65534", "--clear-groups", mltBinary, "logs"];
  const { status, stderr } = spawnSync("setpriv", nobody, { cwd: project.path, encoding: "utf8" });
  expect({ status, stderr }).toEqual({
    status: 4,
    stderr: `error: Cannot read the prediction log in "${dir}": it is not yours\nhint: Read it as the user that mlt serve runs as.\n`,
  });
});

test("mlt logs shows what a service has just predicted", async () => {
  using project = await trainedProject();
  const env = { MLT_LOGGING__ENABLED: "true" };
  await using service = await project.serve([], env);
  const body = project.read("tests/prediction/example_classification1.json");
  const headers = { "content-type": "application/json", "x-request-id": "mine" };
  const response = await fetch(`${service.url}/api/proba_predictions`, { method: "POST", body, headers });
  expect(response.status).toBe(200);
  const { stdout } = await project.mlt(["logs"], env);
  expect(stdout).toMatch(
    /^time .*\n[-\d]{10} [:.\d]{12}Z {2}mine:0 +predict_proba {2}setosa +0\.\d{4} +\d+\.\d\d ms {2}iris 0\.1\.0\n$/,
  );
});

/** Reads a stream as lines of JSON. */
function lineReader(stream: NodeJS.ReadableStream | null): { next(): Promise<unknown> } {
  const texts = (stream ?? process.stdin)[Symbol.asyncIterator]();
  let rest = "";
  return {
    async next() {
      while (!rest.includes("\n")) {
        const { done, value } = await texts.next();
        if (done === true) throw new Error(`It ended with "${rest}"`);
        rest += value;
      }
      const at = rest.indexOf("\n");
      const line = rest.slice(0, at);
      rest = rest.slice(at + 1);
      return JSON.parse(line);
    },
  };
}
