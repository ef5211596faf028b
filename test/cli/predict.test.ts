import { afterAll, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { mltBinary } from "../support/mlt.ts";
import { cacheDir, copyOf, succeeded, trainedProject } from "../support/project.ts";

const trained = await trainedProject();
afterAll(() => trained[Symbol.dispose]());

const header = "sepal_length,sepal_width,petal_length,petal_width";
const unfit = (file: string) => `The data of "${file}" do not fit features.yaml`;
const mendData = "Mend the data where they are loaded, or the feature's description in features.yaml.";
const checkFile = "Check the file, or give it the ending of its format.";

test.each<[name: string, file: string, text: string, error: string, hint: string]>([
  [
    "lacks columns",
    "cols.csv",
    "sepal_length,sepal_widht,petal_length\n5.1,3.5,1.4\n",
    `${unfit("cols.csv")}\n  Column "sepal_width" is missing; did you mean "sepal_widht"?\n  Column "petal_width" is missing; did you mean "sepal_widht"?`,
    mendData,
  ],
  [
    "is separated by semicolons",
    "sep.csv",
    "sepal_length;petal_width\n1;2\n",
    `${unfit("sep.csv")}\n${header
      .split(",")
      .map((name) => `  Column "${name}" is missing; there are "sepal_length;petal_width"`)
      .join("\n")}`,
    mendData,
  ],
  [
    "has a column class_name",
    "class.csv",
    `${header},class_name\n5.1,3.5,1.4,0.2,rose\n`,
    '"class.csv" has a column "class_name" already',
    "Rename or drop that column.",
  ],
  [
    "has a column proba_setosa",
    "proba.csv",
    `${header},proba_setosa\n5.1,3.5,1.4,0.2,1\n`,
    '"proba.csv" has a column "proba_setosa" already',
    "Rename or drop that column.",
  ],
  [
    "holds a number under the minimum",
    "low.csv",
    `${header}\n5.1,3.5,1.4,0.2\n-5.1,3.5,1.4,0.2\n`,
    `${unfit("low.csv")}\n  Column "sepal_length": row 2 is under its min 0`,
    mendData,
  ],
  [
    "lacks a value",
    "gap.csv",
    `${header}\n5.1,3.5,1.4,\n`,
    `${unfit("gap.csv")}\n  Column "petal_width": row 1 is missing, and the feature is not nullable`,
    mendData,
  ],
  [
    "holds a word among numbers",
    "word.csv",
    `${header}\n5.1,3.5,1.4,wide\n`,
    "Cannot read \"word.csv\" as csv: could not parse `wide` as dtype `f64` at column 'petal_width' (column number 4)",
    checkFile,
  ],
  [
    "has a field too many",
    "long.csv",
    `${header}\n5.1,3.5,1.4,0.2,9\n`,
    "Cannot read \"long.csv\" as csv: found more fields than defined in 'Schema'",
    checkFile,
  ],
  ["holds no rows", "rows.csv", `${header}\n`, '"rows.csv" holds no rows', "Give it at least one."],
  ["is empty", "empty.csv", "", 'Cannot read "empty.csv" as csv: no data: empty CSV', checkFile],
  [
    "is no Parquet",
    "text.parquet",
    "text",
    'Cannot read "text.parquet" as parquet: parquet: File out of specification: A parquet file must contain a header and footer with at least 12 bytes',
    checkFile,
  ],
  [
    "is no NDJSON",
    "cut.ndjson",
    '{"a": \n',
    "Cannot read \"cut.ndjson\" as ndjson: Syntax at character 4 (':')",
    checkFile,
  ],
])("mlt predict refuses a file that %s", async (_name, file, text, error, hint) => {
  using project = copyOf(trained);
  await project.write({ [file]: text });
  const { exitCode, stdout, stderr } = await project.mlt(["predict", file, "-o", "out.csv"]);
  expect({ exitCode, stdout, stderr }).toEqual({
    exitCode: 3,
    stdout: "",
    stderr: `error: ${error}\nhint: ${hint}\n`,
  });
  expect(readdirSync(project.path).filter((name) => name.includes("out.csv"))).toEqual([]);
});

test.each(["nothing.csv", "tests/prediction.csv"])("mlt predict %s refuses what is no file", async (file) => {
  using project = copyOf(trained);
  mkdirSync(join(project.path, "tests/prediction.csv"));
  const { exitCode, stderr } = await project.mlt(["predict", file]);
  expect(exitCode).toBe(3);
  expect(stderr).toBe(
    `error: Cannot read the file "${file}"\nhint: Check that it is there, is no folder and that you may read it.\n`,
  );
});

test("mlt predict says where it cannot write, and leaves nothing", async () => {
  using project = copyOf(trained);
  mkdirSync(join(project.path, "folder.csv"));
  for (const [output, reason] of [
    ["no/such/out.csv", "ENOENT: no such file or directory"],
    ["folder.csv", "EISDIR: illegal operation on a directory"],
  ]) {
    const run = await project.mlt(["predict", "tests/prediction/batch.csv", "-o", output ?? ""]);
    expect({ exitCode: run.exitCode, stdout: run.stdout }).toEqual({ exitCode: 4, stdout: "" });
    expect(run.stderr).toStartWith(`error: Cannot write "${output}": ${reason}`);
    expect(run.stderr).toEndWith("\nhint: Check that the folder exists, is writable and has room.\n");
    expect(run.stderr.split("\n")).toHaveLength(3);
  }
  expect(readdirSync(project.path).filter((name) => name.startsWith(".folder"))).toEqual([]);
});

test("mlt predict reads and writes each of its formats with the same predictions", async () => {
  using project = copyOf(trained);
  const batch = "tests/prediction/batch.csv";
  const expected = succeeded(await project.mlt(["predict", batch]));
  expect(expected).toStartWith(`${header},class_name,proba_setosa,proba_versicolor,proba_virginica\n`);
  const rows = project.read(batch).trim().split("\n").slice(1);
  const objects = rows.map((row) =>
    JSON.stringify(
      Object.fromEntries(row.split(",").map((value, i) => [header.split(",")[i], Number(value)])),
    ),
  );
  await project.write({
    "DATA.CSV": project.read(batch),
    "rows.jsonl": `${objects.join("\n")}\n`,
    "rows.ndjson": objects.join("\n"),
    "windows.csv": `\uFEFF${project.read(batch).replaceAll("\n", "\r\n")}`,
  });
  for (const file of ["DATA.CSV", "rows.jsonl", "rows.ndjson", "windows.csv"]) {
    expect(succeeded(await project.mlt(["predict", file]))).toBe(expected);
  }
  succeeded(await project.mlt(["predict", batch, "-o", "out.ndjson"]));
  const names = (expected.split("\n")[0] ?? "").split(",");
  const first = (expected.split("\n")[1] ?? "").split(",");
  const line = JSON.parse(project.read("out.ndjson").split("\n")[0] ?? "");
  expect(Object.keys(line)).toEqual(names);
  expect(Object.values(line).map(String)).toEqual(first);
});

test("mlt predict reads the Parquet that it wrote, and leaves its own input as it is", async () => {
  using project = copyOf(trained);
  const batch = "tests/prediction/batch.csv";
  const data = project.read(batch);
  await project.write({ "source/model/features.yaml": "broken: [" });
  succeeded(await project.mlt(["predict", batch, "-o", "out.parquet"]));
  const again = await project.mlt(["predict", "out.parquet"]);
  expect(again.stderr).toStartWith('error: "out.parquet" has a column "class_name" already\n');
  const onItself = await project.mlt(["predict", batch, "-o", `./${batch}`]);
  expect([onItself.exitCode, onItself.stderr]).toEqual([
    2,
    `error: "./${batch}" is the data file itself\nhint: Give --output another name.\n`,
  ]);
  expect(project.read(batch)).toBe(data);
});

test("mlt predict keeps columns that are no features as they are written", async () => {
  using project = copyOf(trained);
  await project.write({ "ids.csv": `id,${header},note\n007,5.1,3.5,1.4,0.2,\n1e3,5.1,3.5,1.4,0.2,"a, b"\n` });
  const lines = succeeded(await project.mlt(["predict", "ids.csv"])).split("\n");
  expect(lines[1]).toMatch(/^007,5\.1,3\.5,1\.4,0\.2,,setosa,0\.\d+/);
  expect(lines[2]).toMatch(/^1e3,5\.1,3\.5,1\.4,0\.2,"a, b",setosa,0\.\d+/);
});

test("mlt predict puts nothing but the rows on stdout, and predicts a large file in order", async () => {
  using project = copyOf(trained);
  const kinds = ["5.1,3.5,1.4,0.2", "5.9,3.0,4.2,1.5", "6.5,3.0,5.8,2.2"];
  const rows = Array.from({ length: 25_000 }, (_, index) => kinds[index % 3]);
  await project.write({ "large.csv": `${header}\n${rows.join("\n")}\n` });
  const { exitCode, stdout, stderr } = await project.mlt(["predict", "large.csv"]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  const labels = stdout
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(",")[4]);
  expect(labels).toEqual(rows.map((_, index) => ["setosa", "versicolor", "virginica"][index % 3]));
});

/** Runs a shell line in which $MLT is the binary. */
function shell(line: string, cwd: string) {
  const env = { PATH: process.env["PATH"] ?? "", HOME: cwd, MLT_CACHE_DIR: cacheDir, MLT: mltBinary };
  const { stdout, stderr } = spawnSync("bash", ["-c", line], { cwd, env, encoding: "utf8" });
  return { stdout, stderr };
}

test("mlt predict ends in silence when the reader of its result leaves", async () => {
  using project = copyOf(trained);
  await project.write({ "large.csv": `${header}\n${"5.1,3.5,1.4,0.2\n".repeat(50_000)}` });
  const line = '"$MLT" predict large.csv | head -1 >/dev/null; echo "$PIPESTATUS"';
  expect(shell(line, project.path)).toEqual({ stdout: "0\n", stderr: "" });
});

test("mlt predict says that the disk of its stdout is full", () => {
  const line = '"$MLT" predict tests/prediction/batch.csv >/dev/full; echo "$?"';
  expect(shell(line, trained.path)).toEqual({
    stdout: "4\n",
    stderr: "error: Cannot write the result: ENOSPC: no space left on device, write\n",
  });
});
