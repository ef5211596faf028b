import { afterAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../../ops/build/free-port.ts";
import { fluentForwardServer, fluentForwardTool } from "../support/fluentforward-server.ts";
import { mongoServer, mongoTools } from "../support/mongo-server.ts";
import { copyOf, newProject, succeeded, type TestProject } from "../support/project.ts";
import { spoolLog } from "../support/spool-log.ts";
import { testWith } from "../support/tools.ts";

const fresh = await newProject();
afterAll(() => fresh[Symbol.dispose]());

const start = Date.UTC(2026, 10, 24, 12);
const minute = 60_000;

/** A project whose spool has three requests, a minute apart, and a truth. */
async function loggedProject(): Promise<TestProject> {
  const project = copyOf(fresh);
  using log = spoolLog(join(project.path, ".mlt/spool"));
  await log.predict(start, "r-1", [{ id: "A-1", className: "setosa" }]);
  await log.predict(start + minute, "r-2", [
    { id: "A-2", className: "setosa" },
    { id: 3, className: "virginica" },
  ]);
  await log.predict(start + 2 * minute, "r-3", [{ className: "versicolor" }]);
  await log.feedback(start + 3 * minute, "f-1", [{ id: "A-1", truth: "setosa" }]);
  return project;
}

const sinceSecond = ["logs", "--replay", "--since", "2026-11-24T12:01"];

testWith(mongoTools, "mlt logs --replay sends once more to MongoDB, where nothing doubles", async () => {
  using project = await loggedProject();
  await using server = await mongoServer(project.path);
  await server.start();
  const env = { MLT_LOGGING__MONGODB__URI: server.uri };
  const replay = () => project.mlt([...sinceSecond, "--to", "mongodb"], env);
  expect(await replay()).toMatchObject({ exitCode: 0, stdout: "Sent 4 records to mongodb\n", stderr: "" });
  expect((await replay()).stdout).toBe("Sent 4 records to mongodb\n");
  const documents = await server.documents();
  expect(documents.map(({ _id }) => _id).sort()).toEqual(["f-1:0", "r-2:0", "r-2:1", "r-3:0"]);
});

testWith(mongoTools, "mlt logs reads MongoDB as it reads the spool", async () => {
  using project = await loggedProject();
  await using server = await mongoServer(project.path);
  await server.start();
  const env = { MLT_LOGGING__MONGODB__URI: server.uri };
  succeeded(await project.mlt(["logs", "--replay", "--since", "2026-11-24", "--to", "mongodb"], env));
  const read = async (...args: string[]) => succeeded(await project.mlt(["logs", ...args], env));
  for (const args of [
    ["--json"],
    ["-n", "2"],
    ["-n", "0"],
    ["--since", "2026-11-24T12:01", "--until", "2026-11-24T12:02"],
    ["--id", "A-1"],
    ["--id", "3"],
    ["--class", "setosa", "-n", "1"],
    ["--request-id", "r-2"],
    ["--event", "feedback"],
  ]) {
    const fromSpool = await read("--from", "spool", ...args);
    expect(fromSpool).toContain("iris");
    expect({ args, text: await read("--from", "mongodb", ...args) }).toEqual({ args, text: fromSpool });
  }
  using elsewhere = copyOf(fresh);
  // Without a spool of its own it looks there.
  expect(succeeded(await elsewhere.mlt(["logs"], env))).toBe(await read());
});

testWith([fluentForwardTool], "mlt logs --replay sends once more to Fluentd, what is asked for", async () => {
  using project = await loggedProject();
  await using server = await fluentForwardServer(project.path);
  await server.start();
  const env = { MLT_LOGGING__FLUENTD__HOST: "127.0.0.1", MLT_LOGGING__FLUENTD__PORT: String(server.port) };
  const args = [...sinceSecond, "--event", "predict", "--to", "fluentd", "--json"];
  const { exitCode, stdout } = await project.mlt(args, env);
  expect({ exitCode, result: JSON.parse(stdout) }).toEqual({
    exitCode: 0,
    result: { to: "fluentd", sent: 3, refused: 0 },
  });
  const events = await server.events();
  expect(events.map(({ tag, record }) => [tag, record["request_id"], record["row"]])).toEqual([
    ["iris.predict", "r-2", 0],
    ["iris.predict", "r-2", 1],
    ["iris.predict", "r-3", 0],
  ]);
});

testWith(
  mongoTools,
  "mlt logs --replay sets aside what MongoDB never takes, and sends the others",
  async () => {
    using project = copyOf(fresh);
    {
      using log = spoolLog(join(project.path, ".mlt/spool"), { maxBytes: 268_435_456 });
      await log.predict(start, "r-1", [{ id: "A-1", className: "setosa" }]);
      // Over the 16 MiB that a document may have.
      await log.predict(start + 1, "r-2", [{ id: "x".repeat(17_000_000), className: "setosa" }]);
      await log.predict(start + 2, "r-3", [{ id: "A-3", className: "setosa" }]);
    }
    await using server = await mongoServer(project.path);
    await server.start();
    const { exitCode, stdout, stderr } = await project.mlt(
      ["logs", "--replay", "--since", "2026-11-24", "--to", "mongodb"],
      { MLT_LOGGING__MONGODB__URI: server.uri },
    );
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "Sent 2 records to mongodb\n" });
    expect(stderr).toMatch(
      /^warning: mongodb refused 1 of them \(.*16 MiB.*\); set aside in dead-letter-mongodb.ndjson\n$/,
    );
    const letters = readFileSync(join(project.path, ".mlt/spool/dead-letter-mongodb.ndjson"), "utf8");
    expect(JSON.parse(letters)).toMatchObject({ record: { request_id: "r-2" } });
  },
);

test("mlt logs --replay exits 4 where the sink is not there, and says how to go on", async () => {
  using project = await loggedProject();
  const env = { MLT_LOGGING__FLUENTD__HOST: "127.0.0.1", MLT_LOGGING__FLUENTD__PORT: `${await freePort()}` };
  const { exitCode, stdout, stderr } = await project.mlt([...sinceSecond, "--to", "fluentd"], env);
  expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: "" });
  expect(stderr).toMatch(/^Cannot .*; trying again\nerror: .*; 0 records sent\nhint: .* Then go on with /);
  expect(stderr).toEndWith("mlt logs --replay --to fluentd --since 2026-11-24T12:01:00.000Z\n");
  const ofVirginica = await project.mlt([...sinceSecond, "--to", "fluentd", "--class", "virginica"], env);
  expect(ofVirginica.stderr).toEndWith(
    "--since 2026-11-24T12:01:00.000Z, and the other flags as they were\n",
  );
}, 60_000);

testWith(
  [fluentForwardTool],
  "mlt logs --replay ends at Ctrl-C behind a whole batch, and says how to go on",
  async () => {
    using project = copyOf(fresh);
    {
      using log = spoolLog(join(project.path, ".mlt/spool"));
      const rows = Array.from({ length: 1_000 }, () => ({ className: "setosa" }));
      for (let index = 0; index < 100; index++) await log.predict(start + index * 1_000, `r-${index}`, rows);
    }
    await using server = await fluentForwardServer(project.path);
    await server.start();
    const env = { MLT_LOGGING__FLUENTD__HOST: "127.0.0.1", MLT_LOGGING__FLUENTD__PORT: String(server.port) };
    const args = (since: string) => ["logs", "--replay", "--since", since, "--to", "fluentd", "--json"];
    const replaying = project.start(args("2026-11-24"), env);
    const written = join(project.path, "events.ndjson");
    // The first lines say that it listens.
    while (!readFileSync(written, "utf8").includes("\n{")) await new Promise(setImmediate);
    replaying.child.kill("SIGINT");
    const { exitCode, stdout, stderr } = await replaying.finished;
    expect(exitCode).toBe(130);
    const { sent, go_on: goOn } = JSON.parse(stdout);
    expect(stderr).toBe(`Interrupted; go on with mlt logs --replay --to fluentd --since ${goOn}\n`);
    expect(await server.events()).toHaveLength(sent);
    // A request is a batch, and each is a second after the one before.
    expect(new Date(goOn).getTime()).toBe(start + sent);
    expect(JSON.parse(succeeded(await project.mlt(args(goOn), env)))).toEqual({
      to: "fluentd",
      sent: 100_000 - sent,
      refused: 0,
    });
  },
  120_000,
);

test.each([
  ["mongodb", "logging.mongodb.uri is not set", "MLT_LOGGING__MONGODB__URI"],
  ["fluentd", "logging.fluentd.host is not set", "MLT_LOGGING__FLUENTD__HOST"],
])("mlt logs --replay --to %s exits 3 where that is not set", async (to, error, variable) => {
  using project = await loggedProject();
  const { exitCode, stderr } = await project.mlt([...sinceSecond, "--to", to]);
  expect({ exitCode, stderr }).toEqual({
    exitCode: 3,
    stderr: `error: ${error}\nhint: Set ${variable}, in the environment or in .env.\n`,
  });
});

test("mlt logs --id finds an id by what stands for it in the log", async () => {
  using project = copyOf(fresh);
  project.edit("source/model/features.yaml", "# id: ID", "id: ID");
  using log = spoolLog(join(project.path, ".mlt/spool"));
  // printf A-17 | openssl dgst -sha256 -hmac sixteen-or-more-characters
  const hashed = "6bafaea6e9d8fce22ba56eaf0992af2a956b8a3d311d405bd66cf9b2110f6049";
  await log.predict(start, "r-1", [{ id: hashed, className: "setosa" }]);
  const env = { MLT_LOGGING__HASH: "ID", MLT_LOGGING__HASH_SALT: "sixteen-or-more-characters" };
  const records = JSON.parse(succeeded(await project.mlt(["logs", "--id", "A-17", "--json"], env)));
  expect(records).toMatchObject([{ request_id: "r-1", ID: hashed }]);
  const { exitCode, stderr } = await project.mlt(["logs", "--id", "A-17"], { MLT_LOGGING__HASH: "ID" });
  expect(exitCode).toBe(3);
  expect(stderr).toStartWith("error: logging.hash has names, and there is no salt to hash them with\n");
});
