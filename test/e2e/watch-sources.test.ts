import { afterAll, expect, test } from "bun:test";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { copyOf, type TestProject, trainedProject } from "../support/project.ts";

const iris = await trainedProject();
afterAll(() => iris[Symbol.dispose]());

const row = { sepal_length: 5.1, sepal_width: 3.5, petal_length: 1.4, petal_width: 0.2 };

async function watching(project: TestProject) {
  const service = await project.serve(["--watch"]);
  await service.saw(/Watch/);
  const status = async (asked: object) => {
    const response = await fetch(`${service.url}/api/predictions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify([asked]),
    });
    return response.status;
  };
  return { ...service, status };
}

test("mlt serve --watch trains when train.ts changes, and answers with the model", async () => {
  using project = copyOf(iris);
  await using service = await watching(project);
  project.edit("source/model/train.ts", "C: 1 ", "C: 0.01 ");
  const said = await service.saw(/^Model \w{8} → \w{8} \(accuracy .*\)$/m);
  expect(said).toContain("\nsource/model/train.ts changed: training\n✓ Load data ");
  const { id } = JSON.parse(project.read("model_bin/model.json"));
  expect(await (await fetch(`${service.url}/api/model`)).json()).toMatchObject({ id });
  service.child.kill("SIGTERM");
  const { exitCode, stdout, stderr } = await service.finished;
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "" });
  // What the training itself wrote started no other.
  expect(stderr.match(/changed: training/g)).toHaveLength(1);
});

test("mlt serve --watch says what clients have to change after features.yaml", async () => {
  using project = copyOf(iris);
  await using service = await watching(project);
  project.edit(
    "source/model/features.yaml",
    "  - { name: petal_width, type: number, min: 0, description: cm }\n",
    "",
  );
  await service.saw(/^warning: Model .*; clients have to change: feature petal_width removed$/m);
  const { petal_width: _, ...rest } = row;
  expect(await Promise.all([service.status(rest), service.status(row)])).toEqual([200, 422]);
});

test("mlt serve --watch tells a syntax error in train.ts, goes on, and trains when it is mended", async () => {
  using project = copyOf(iris);
  await using service = await watching(project);
  project.edit("source/model/train.ts", "return y;", "return y");
  project.edit("source/model/train.ts", "export function trainModel(", "export function trainModel((");
  const said = await service.saw(
    /^warning: The training failed \(exit code 3\); the model that answers stays$/m,
  );
  expect(said).toMatch(/^error: Loading source\/model\/train\.ts failed: /m);
  expect(said).toMatch(/^ {2}at source\/model\/train\.ts:\d+:\d+$/m);
  expect(await service.status(row)).toBe(200);
  project.edit("source/model/train.ts", "trainModel((", "trainModel(");
  await service.saw(/^Model \w{8} → \w{8} /m);
});

test("mlt serve --watch trains for a setting of training, and says which settings need a restart", async () => {
  using project = copyOf(iris);
  await using service = await watching(project);
  project.edit("config.yaml", "max_rows: 10000", "max_rows: 1");
  await service.saw(/^warning: serve\.max_rows has changed: restart mlt serve to use it$/m);
  project.edit("config.yaml", "port: 5000", "port: 5001 # the flag says which");
  project.edit("config.yaml", "version: 0.1.0", "version: 0.2.0");
  const said = await service.saw(/^Model \w{8} → \w{8} \(version 0\.1\.0 → 0\.2\.0, accuracy/m);
  expect(said.match(/^.*changed: training$/gm)).toEqual(["config.yaml changed: training"]);
  expect(said.match(/^warning: .*$/gm)).toHaveLength(1);
});

test("mlt serve --watch tells what is wrong in config.yaml, and does not train", async () => {
  using project = copyOf(iris);
  await using service = await watching(project);
  project.edit("config.yaml", "seed: 42", "sede: 42");
  await service.saw(/^error: config\.yaml:\d+.*sede/m);
  expect(await service.status(row)).toBe(200);
  project.edit("config.yaml", "sede: 42", "seed: 7");
  await service.saw(/^Model \w{8} → \w{8} /m);
});

test("mlt serve --watch hands a training the variables of .env as they are then", async () => {
  using project = copyOf(iris);
  await project.write({ ".env": "COUNTRY=first\n" });
  project.edit(
    "source/model/train.ts",
    "return new",
    'console.log("for", process.env["COUNTRY"]);\n  return new',
  );
  await using service = await watching(project);
  await project.write({ ".env": "COUNTRY=second\n" });
  const said = await service.saw(/^for /m);
  expect(said).toContain("\n.env changed: training\n");
  expect(said).toMatch(/^for second$/m);
});

/** Makes `trainModel` say its process, and wait until the file `go` is in the project. */
function holdTraining(project: TestProject): void {
  project.edit("source/model/train.ts", "import type", 'import { existsSync } from "node:fs";\nimport type');
  project.edit("source/model/train.ts", "export function trainModel", "export async function trainModel");
  project.edit("source/model/train.ts", "): Classifier {", "): Promise<Classifier> {");
  const go = JSON.stringify(join(project.path, "go"));
  project.edit(
    "source/model/train.ts",
    "return new",
    `console.log("fitting in", process.pid);
  while (!existsSync(${go})) await new Promise((again) => setTimeout(again, 5));
  return new`,
  );
}

test("mlt serve --watch trains once more after a training that the source changed during", async () => {
  using project = copyOf(iris);
  await using service = await watching(project);
  holdTraining(project);
  await service.saw(/fitting in/);
  await project.write({ "source/data/note.csv": "1" });
  await project.write({ "source/data/note.csv": "22", "source/data/other.csv": "" });
  writeFileSync(join(project.path, "go"), "");
  const said = await service.saw(/(^Model \w{8} → \w{8} .*\n(.*\n)*){2}/m);
  const steps = ["changed: training", "fitting in", "is in model_bin"];
  const order = said.match(new RegExp(steps.join("|"), "g"));
  // Never a training within another.
  expect(order?.join("\n")).toBe([...steps, ...steps].join("\n"));
  expect(said).toContain("\nsource/data/note.csv, source/data/other.csv changed: training\n");
});

test("SIGTERM during a training ends the training and mlt serve --watch", async () => {
  using project = copyOf(iris);
  const before = project.read("model_bin/model.json");
  await using service = await watching(project);
  holdTraining(project);
  const pid = Number(/fitting in (\d+)/.exec(await service.saw(/fitting in \d+\n/))?.[1]);
  expect(process.kill(pid, 0)).toBe(true);
  service.child.kill("SIGTERM");
  const { exitCode, stderr } = await service.finished;
  expect(exitCode).toBe(0);
  expect(stderr).not.toContain("warning");
  expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  expect(project.read("model_bin/model.json")).toBe(before);
});

test("mlt serve --watch does not train without end where the loader writes among the sources", async () => {
  using project = copyOf(iris);
  project.edit(
    "source/data/data_loader.ts",
    'const data = pl.readCSV(join(import.meta.dirname, "iris.csv"));',
    'const data = pl.readCSV(join(import.meta.dirname, "iris.csv"));\n    data.writeCSV(join(import.meta.dirname, "cache.csv"));',
  );
  await using service = await watching(project);
  project.edit("source/model/train.ts", "C: 1 ", "C: 0.1 ");
  const said = await service.saw(
    /^warning: source\/data\/cache\.csv is written by every training: no change of it starts another$/m,
  );
  expect(said.match(/^.*changed: training$/gm)).toEqual([
    "source/model/train.ts changed: training",
    "source/data/cache.csv changed: training",
  ]);
});

test("mlt serve --watch watches the model alone where the source is not", async () => {
  using project = copyOf(iris);
  rmSync(join(project.path, "source"), { recursive: true });
  await using service = await watching(project);
  expect(await service.status(row)).toBe(200);
  service.child.kill("SIGTERM");
  expect((await service.finished).stderr).toContain("\nWatching model_bin\n");
});
