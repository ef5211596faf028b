import { afterAll, expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseModelCard } from "../../core/model/model-card.ts";
import { mongoServer, mongoTools } from "../support/mongo-server.ts";
import { copyOf, newProject, succeeded, type TestProject } from "../support/project.ts";
import { spoolLog } from "../support/spool-log.ts";
import { testWith } from "../support/tools.ts";

const salt = "a salt of sixteen and more";

const trained = await newProject();
afterAll(() => trained[Symbol.dispose]());
trained.edit("source/model/features.yaml", "# id: ID #", "id: ID #");
succeeded(await trained.mlt(["train"]));
const card = parseModelCard(trained.read("model_bin/model.json"), "model.json");

const day = 86_400_000;
const start = Date.UTC(2026, 10, 24, 12);

/** Ten predictions of two days, of which ids 1 to 4 are of the first; ids 2 and 3 are asked for again. */
async function logged(idOf: (id: number) => string | number = (id) => id): Promise<TestProject> {
  const project = copyOf(trained);
  using log = spoolLog(join(project.path, ".mlt/spool"), { card });
  const rows = (ids: readonly number[], className: string) => ids.map((id) => ({ id: idOf(id), className }));
  await log.predict(start, "r-1", [...rows([1, 2], "setosa"), ...rows([3, 4], "virginica")]);
  await log.predict(start + day, "r-2", [...rows([5, 6], "virginica"), ...rows([2, 3], "versicolor")]);
  await log.predict(start + day, "r-3", [{ className: "setosa" }, { className: "setosa" }]);
  return project;
}

/** Of the eight rows six are known; of 1, 3, 4, 6 and the second of r-3 it is as predicted. */
const truths = [
  "ID,request_id,row,species",
  "1,,,setosa",
  "2,,,setosa",
  "3,,,versicolor",
  "4,,,virginica",
  "6,,,virginica",
  ",r-3,1,setosa",
  "77,,,setosa",
  "5,,,",
  "",
].join("\n");

interface Report {
  readonly source: string;
  readonly rows: number;
  readonly metrics: { readonly now: Record<string, number>; readonly training: Record<string, number> };
  readonly log: Record<string, unknown>;
  readonly days: readonly Record<string, unknown>[];
  readonly confusion_matrix: { readonly counts: readonly (readonly number[])[] };
  readonly drift: readonly Record<string, unknown>[];
  readonly warnings: readonly string[];
}

async function evaluated(project: TestProject, args: readonly string[], env = {}): Promise<Report> {
  return JSON.parse(succeeded(await project.mlt(["evaluate", "--json", ...args], env)));
}

test("mlt evaluate --log joins the log with a file of truths, by id and by request", async () => {
  using project = await logged();
  await project.write({ "truth.csv": truths });
  const report = await evaluated(project, ["--log", "spool", "--truth", "truth.csv"]);
  expect(report.rows).toBe(6);
  expect(report.metrics.now["accuracy"]).toBe(5 / 6);
  expect(report.metrics.training).toEqual(card.metrics.test);
  // The right answers have 0.8, the wrong one gave the truth 0.1.
  expect(report.metrics.now["log_loss"]).toBeCloseTo(-(5 * Math.log(0.8) + Math.log(0.1)) / 6, 5);
  expect(report.confusion_matrix.counts).toEqual([
    [2, 1, 0],
    [0, 1, 0],
    [0, 0, 2],
  ]);
  expect(report.log).toEqual({
    from: "2026-11-24T12:00:00.000Z",
    to: "2026-11-25T12:00:00.000Z",
    predictions: 10,
    repeated: 2,
    with_truth: 6,
    truths: 7,
    truths_replaced: 0,
    truths_without_prediction: 1,
    truths_of_other_models: 0,
    other_models: [],
  });
  expect(report.days.map((each) => [each["day"], each["predictions"], each["with_truth"]])).toEqual([
    ["2026-11-24", 4, 2],
    ["2026-11-25", 6, 4],
  ]);
  expect(report.drift.map((row) => [row["name"], row["shift"]])).toEqual([
    ["sepal_length", "too_few_rows"],
    ["sepal_width", "too_few_rows"],
    ["petal_length", "too_few_rows"],
    ["petal_width", "too_few_rows"],
    ["species", "too_few_rows"],
  ]);
  expect(Object.keys(report.drift[0] ?? {})).toEqual([
    "kind",
    "name",
    "psi",
    "shift",
    "rows",
    "enough_rows",
    "bins",
  ]);
  expect(report.warnings).toEqual([
    '1 row of "truth.csv" lacks a truth or names no prediction, and was passed over.',
    "Only 6 rows with a known truth: the intervals are wide.",
  ]);
});

test("mlt evaluate --log takes the truths that were sent to the service, of predictions of the time given", async () => {
  using project = await logged();
  using log = spoolLog(join(project.path, ".mlt/spool"), { card });
  await log.feedback(start + 2 * day, "f-1", [
    { id: "1", truth: "virginica" },
    { request_id: "r-2", row: 0, truth: "virginica" },
  ]);
  const all = await evaluated(project, ["--log", "spool"]);
  expect([all.rows, all.metrics.now["accuracy"]]).toEqual([2, 0.5]);
  const second = await evaluated(project, [
    "--log",
    "spool",
    "--since",
    "2026-11-25",
    "--until",
    "2026-11-26",
  ]);
  expect([second.rows, second.metrics.now["accuracy"], second.log["predictions"]]).toEqual([1, 1, 6]);
});

test("mlt evaluate --log prints a table, and writes a page", async () => {
  using project = await logged();
  await project.write({ "truth.csv": truths });
  const args = ["--log", "spool", "--truth", "truth.csv", "--report", "now.html"];
  const { exitCode, stdout, stderr } = await project.mlt(["evaluate", ...args]);
  expect(exitCode).toBe(0);
  expect(stdout).toStartWith(
    `iris 0.1.0: 10 predictions, 2 of ids that were asked for again later
from 2026-11-24T12:00:00.000Z to 2026-11-25T12:00:00.000Z
the truth of 6 is known; 1 truth has no prediction

metric `,
  );
  expect(stdout).toMatch(/^accuracy +0\.8333 +0\.5 – 1 +0\.9667 +within the interval$/m);
  expect(stdout).toMatch(/^2026-11-25 +6 +4 +0\.75$/m);
  expect(stdout).toMatch(/^petal_width +\d\.\d{3} +too few rows to tell$/m);
  expect(stderr).toEndWith("\nOpen now.html to look at it.\n");
  expect(project.read("now.html")).toContain("<b>83.3%</b>");
});

test("mlt evaluate exits 3 under a bound, after it has printed what it found", async () => {
  using project = await logged();
  await project.write({ "truth.csv": truths });
  const args = ["evaluate", "--log", "spool", "--truth", "truth.csv", "--json", "--min-metric"];
  expect((await project.mlt([...args, "accuracy=0.8"])).exitCode).toBe(0);
  const { exitCode, stdout, stderr } = await project.mlt([...args, "accuracy=0.9,log_loss=2"]);
  expect(exitCode).toBe(3);
  expect(JSON.parse(stdout)).toMatchObject({ rows: 6 });
  expect(stderr).toEndWith(
    "error: The model is not good enough any more: accuracy 0.8333 is under 0.9\nhint: Train it on recent data with mlt train, or change --min-metric.\n",
  );
});

test("mlt evaluate exits 3 where there is a bound and no truth, and 0 where there is none", async () => {
  using project = await logged();
  const without = await project.mlt(["evaluate", "--log", "spool"]);
  expect([without.exitCode, without.stderr]).toEqual([0, ""]);
  expect(without.stdout).toContain("\nno truth is known\n\ndrift since the training");
  const { exitCode, stderr } = await project.mlt([
    "evaluate",
    "--log",
    "spool",
    "--min-metric",
    "accuracy=0.9",
  ]);
  expect({ exitCode, stderr }).toEqual({
    exitCode: 3,
    stderr:
      "error: Nobody knows whether the model reaches accuracy 0.9: no prediction has a truth\nhint: Give the truths with --truth, or send them to POST /api/feedback.\n",
  });
});

test("mlt evaluate finds ids that the log has hashes of", async () => {
  using project = await logged((id) => createHmac("sha256", salt).update(String(id)).digest("hex"));
  await project.write({ "truth.csv": "ID,species\n1,setosa\n6,versicolor\n" });
  const env = { MLT_LOGGING__HASH_SALT: salt, MLT_LOGGING__HASH: "ID" };
  const report = await evaluated(project, ["--log", "spool", "--truth", "truth.csv"], env);
  expect([report.rows, report.metrics.now["accuracy"]]).toEqual([2, 0.5]);
});

test("mlt evaluate reads truths from NDJSON, with ids that are numbers", async () => {
  using project = await logged((id) => String(id));
  await project.write({ "truth.ndjson": '{"ID":1,"species":"setosa"}\n{"ID":6,"species":"virginica"}\n' });
  const report = await evaluated(project, ["--log", "spool", "--truth", "truth.ndjson"]);
  expect([report.rows, report.metrics.now["accuracy"]]).toEqual([2, 1]);
});

testWith(mongoTools, "mlt evaluate reads MongoDB as it reads the spool", async () => {
  using project = await logged();
  using log = spoolLog(join(project.path, ".mlt/spool"), { card });
  await log.feedback(start + 2 * day, "f-1", [{ id: "5", truth: "virginica" }]);
  await project.write({ "truth.csv": truths });
  await using server = await mongoServer(project.path);
  await server.start();
  const env = { MLT_LOGGING__MONGODB__URI: server.uri };
  succeeded(await project.mlt(["logs", "--replay", "--since", "2026-11-24", "--to", "mongodb"], env));
  const args = ["--truth", "truth.csv", "--since", "2026-11-24"];
  const fromSpool = await evaluated(project, ["--log", "spool", ...args], env);
  expect(fromSpool.rows).toBe(7);
  expect(await evaluated(project, ["--log", "mongodb", ...args], env)).toEqual({
    ...fromSpool,
    source: "mongodb",
  });
});

test("mlt evaluate tells how the model does in service, by what the service was told afterwards", async () => {
  using project = copyOf(trained);
  const env = { MLT_LOGGING__ENABLED: "true" };
  const flower = { sepal_length: 5.1, sepal_width: 3.5, petal_length: 1.4, petal_width: 0.2 };
  {
    await using service = await project.serve([], env);
    const post = async (path: string, body: unknown, headers = {}) => {
      const response = await fetch(new URL(path, service.url), {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(body),
      });
      expect(response.status).toBe(200);
    };
    await post("/api/predictions", [
      { ...flower, ID: 1 },
      { ...flower, ID: "two" },
    ]);
    // The row that was asked for again counts once.
    await post("/api/proba_predictions", [{ ...flower, ID: 1 }, flower], { "x-request-id": "again" });
    await post("/api/feedback", [
      { ID: "1", truth: "setosa" },
      { ID: "two", truth: "versicolor" },
      { request_id: "again", row: 1, truth: "setosa" },
    ]);
  }
  const report = await evaluated(project, ["--log", "spool"], env);
  expect([report.rows, report.metrics.now["accuracy"]]).toEqual([3, 2 / 3]);
  expect(report.log).toMatchObject({
    predictions: 4,
    repeated: 1,
    with_truth: 3,
    truths_without_prediction: 0,
  });
});

test("mlt evaluate --data scores numbers, and exits 3 over a bound of an error", async () => {
  using project = await newProject("regression");
  succeeded(await project.mlt(["train"]));
  const [header = "", ...rows] = project.read("source/data/penguins.csv").trim().split("\n");
  const known = rows.filter((row) => !row.includes("NA"));
  await project.write({ "whole.csv": [header, ...known, ""].join("\n") });
  const report = await evaluated(project, ["--data", "whole.csv"]);
  expect(report.rows).toBe(known.length);
  const predicted = succeeded(await project.mlt(["predict", "whole.csv"]))
    .trim()
    .split("\n");
  const errors = predicted.slice(1).map((line) => {
    const cells = line.split(",");
    return Math.abs(Number(cells[header.split(",").indexOf("body_mass_g")]) - Number(cells.at(-1)));
  });
  const mae = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  expect(report.metrics.now["mae"]).toBeCloseTo(mae, 3);
  const { exitCode, stderr } = await project.mlt([
    "evaluate",
    "--data",
    "whole.csv",
    "--min-metric",
    "mae=10",
  ]);
  expect(exitCode).toBe(3);
  expect(stderr).toContain("error: The model is not good enough any more: mae ");
});

test("mlt evaluate names the model that the log has predictions of, where it is not the one in model_bin", async () => {
  using project = copyOf(trained);
  using log = spoolLog(join(project.path, ".mlt/spool"), {
    card: { ...card, id: "older", version: "0.0.9" },
  });
  await log.predict(start, "r-1", [{ id: 1, className: "setosa" }]);
  const { exitCode, stderr } = await project.mlt(["evaluate", "--log", "spool"]);
  expect({ exitCode, stderr }).toEqual({
    exitCode: 3,
    stderr: `error: The log has no prediction in this time of the model in model_bin, iris 0.1.0 (${card.id}): it has 1 of iris 0.0.9 (older)\nhint: Put the model that was asked into model_bin, or wait until this one was.\n`,
  });
});

test("mlt evaluate exits 3 where nothing was logged, in this time or at all", async () => {
  using project = copyOf(trained);
  const nothing = await project.mlt(["evaluate", "--log", "spool"]);
  expect(nothing.exitCode).toBe(3);
  expect(nothing.stderr).toStartWith("error: There is no prediction log in ");
  using full = await logged();
  const { exitCode, stderr } = await full.mlt(["evaluate", "--log", "spool", "--until", "2026-11-01"]);
  expect({ exitCode, stderr }).toEqual({
    exitCode: 3,
    stderr:
      "error: The log has no prediction in this time of the model in model_bin, iris 0.1.0\nhint: Ask mlt serve for a prediction, or give another --since and --until.\n",
  });
});

test("mlt evaluate --data predicts labelled rows as mlt predict does, and scores them", async () => {
  using project = copyOf(trained);
  const csv = project.read("source/data/iris.csv");
  const report = await evaluated(project, ["--data", "source/data/iris.csv"]);
  const predicted = succeeded(await project.mlt(["predict", "source/data/iris.csv"]))
    .trim()
    .split("\n");
  const [header = "", ...rows] = predicted.map((line) => line.split(","));
  const [species, said] = ["species", "class_name"].map((name) => header.indexOf(name));
  const right = rows.filter((row) => row[species ?? 0] === row[said ?? 0]).length;
  expect(report.metrics.now["accuracy"]).toBe(right / 150);
  expect(report.log).toBeUndefined();
  expect(report.drift.at(-1)).toMatchObject({ name: "species", shift: "stable", rows: 150 });
  await project.write({ "gap.csv": csv.replace(",setosa\n", ",\n") });
  const gap = await evaluated(project, ["--data", "gap.csv"]);
  expect([gap.rows, gap.warnings]).toEqual([149, ["1 of 150 rows have no species, and were passed over."]]);
});

test("mlt evaluate warns where no truth of the file names a prediction", async () => {
  using project = await logged();
  await project.write({ "truth.csv": "ID,species\n1.0,setosa\n2.0,setosa\n" });
  const { exitCode, stderr } = await project.mlt(["evaluate", "--log", "spool", "--truth", "truth.csv"]);
  expect({ exitCode, stderr }).toEqual({
    exitCode: 0,
    stderr:
      "warning: None of 2 truths names a prediction of this model and time: compare how they are named with what mlt logs shows.\n",
  });
});

test.each(["logs", "evaluate --log spool"])(
  "mlt %s --since refuses a time zone that is none",
  async (command) => {
    const args = [...command.split(" "), "--since", "2026-11-24"];
    const { exitCode, stderr } = await trained.mlt(args, { MLT_LOGGING__TIME_ZONE: "Europe/Berlino" });
    expect({ exitCode, stderr }).toEqual({
      exitCode: 3,
      stderr:
        'error: logging.time_zone "Europe/Berlino" is no time zone\nhint: Give the name of one, such as Europe/Berlin or UTC.\n',
    });
  },
);

const usage = "Give --data with a file of labelled rows, or --log with where predictions are logged.";

test.each<[args: string, exitCode: number, error: string, hint: string]>([
  ["", 2, "mlt evaluate needs rows whose truth is known", usage],
  ["--data a.csv --log spool", 2, "--data and --log are given both", usage],
  ["--data a.csv --truth b.csv", 2, "--truth goes with --log", "Leave it out, or give --log."],
  ["--log sqool", 2, '--log cannot be "sqool"; did you mean spool?', "Choose of spool, mongodb."],
  [
    "--log spool --truth a.txt",
    2,
    'Cannot tell the format of "a.txt" from its ending',
    "Name it .csv, .parquet, .ndjson.",
  ],
  [
    "--data a.csv --report a.csv",
    2,
    '--report "a.csv" is no name of a page',
    "Give it a name that ends in .html.",
  ],
  [
    "--log spool --since 2026-11-25 --until 2026-11-24",
    2,
    "--until is not after --since",
    "Swap them, or leave --until out to see all up to now.",
  ],
  [
    "--log spool --min-metric rmse=1",
    2,
    '--min-metric "rmse" is no metric of classification',
    "Choose of accuracy, balanced_accuracy, precision_macro, recall_macro, f1_macro, roc_auc, average_precision, log_loss.",
  ],
  [
    "--data tests/prediction/batch.csv",
    3,
    '"tests/prediction/batch.csv" has no column "species", the target of the model',
    "It has the columns sepal_length, sepal_width, petal_length, petal_width: give one of them that name.",
  ],
  [
    "--log spool --truth none.csv",
    3,
    'Cannot read the file "none.csv"',
    "Check that it is there, is no folder and that you may read it.",
  ],
])("mlt evaluate %s is refused", async (args, exitCode, error, hint) => {
  const run = await trained.mlt(["evaluate", ...args.split(" ").filter((word) => word !== "")]);
  expect({ exitCode: run.exitCode, stdout: run.stdout, stderr: run.stderr }).toEqual({
    exitCode,
    stdout: "",
    stderr: `error: ${error}\nhint: ${hint}\n`,
  });
  expect(existsSync(join(trained.path, "a.csv"))).toBe(false);
});
