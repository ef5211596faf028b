import { afterAll, expect, test } from "bun:test";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { copyOf, newProject } from "../support/project.ts";

const iris = await newProject();
afterAll(() => iris[Symbol.dispose]());

const schemaHint = 'Run "mlt config schema" to see every setting.';
const featuresHint =
  'Give "task", "target" and, under "features", entries such as { name: height, type: number }.';

test.each<[name: string, file: string, from: string, to: string, error: string, hint: string]>([
  [
    "broken YAML",
    "config.yaml",
    "project:",
    "project: [",
    "config.yaml:6:3 Missing , between flow sequence items",
    schemaHint,
  ],
  [
    "an unknown key",
    "config.yaml",
    "train:",
    "trian:",
    'config.yaml:9:1 Unknown key "trian"; did you mean "train"?',
    schemaHint,
  ],
  [
    "a value out of range",
    "config.yaml",
    "test_size: 0.2",
    "test_size: 2",
    "config.yaml:10:14 Expected train.test_size to be a number greater than 0 and less than 1, not 2",
    schemaHint,
  ],
  [
    "a source that is not there",
    "config.yaml",
    "project:",
    "source: src\nproject:",
    "Cannot read src/model/features.yaml",
    "List the model's features there, or set source in config.yaml; mlt init shows a whole project.",
  ],
  [
    "an unknown key of a feature",
    "source/model/features.yaml",
    "min: 0, description",
    "minn: 0, description",
    'source/model/features.yaml:9:41 Unknown key "features[0].minn"; did you mean "min"?',
    featuresHint,
  ],
  [
    "the target among the features",
    "source/model/features.yaml",
    "target: species",
    "target: petal_width",
    'source/model/features.yaml:12:13 Target "petal_width" is among the features',
    featuresHint,
  ],
  [
    "a feature twice",
    "source/model/features.yaml",
    "name: sepal_width",
    "name: sepal_length",
    'source/model/features.yaml:10:13 Feature "sepal_length" is there twice, first on line 9',
    featuresHint,
  ],
])("mlt train says so for %s", async (_name, file, from, to, error, hint) => {
  using project = copyOf(iris);
  project.edit(file, from, to);
  const { exitCode, stdout, stderr } = await project.mlt(["train"]);
  expect({ exitCode, stdout, stderr }).toEqual({
    exitCode: 3,
    stdout: "",
    stderr: `error: ${error}\nhint: ${hint}\n`,
  });
});

test("mlt train reports every problem of config.yaml at once, in the order of the file", async () => {
  using project = copyOf(iris);
  await project.write({ "config.yaml": "trian: {}\nserve: { port: x }\ntrain:\n  seed: -1\n" });
  const { exitCode, stderr } = await project.mlt(["train"]);
  expect(exitCode).toBe(3);
  expect(stderr).toBe(
    "error: 3 problems in config.yaml\n" +
      '  config.yaml:1:1   Unknown key "trian"; did you mean "train"?\n' +
      '  config.yaml:2:16  Expected serve.port to be an integer from 0 to 65535, not "x"\n' +
      "  config.yaml:4:9   Expected train.seed to be an integer from 0 to 4294967295, not -1\n" +
      `hint: ${schemaHint}\n`,
  );
});

test.each([
  ["MLT_TRAIN__SEED", "abc", 'Expected MLT_TRAIN__SEED to be an integer from 0 to 4294967295, not "abc"'],
  ["MLT_TRAIN__SEDE", "3", 'Unknown variable "MLT_TRAIN__SEDE"; did you mean "MLT_TRAIN__SEED"?'],
  ["MLT_SERVE__PORT", "99999", "Expected MLT_SERVE__PORT to be an integer from 0 to 65535, not 99999"],
])("mlt train refuses %s=%s", async (name, value, error) => {
  const { exitCode, stderr } = await iris.mlt(["train"], { [name]: value });
  expect({ exitCode, stderr }).toEqual({
    exitCode: 3,
    stderr: `error: environment: ${error}\nhint: ${schemaHint}\n`,
  });
  using project = copyOf(iris);
  await project.write({ ".env": `${name}=${value}\n` });
  const fromFile = await project.mlt(["train"]);
  expect(fromFile.stderr).toBe(`error: .env:1:1 ${error}\nhint: ${schemaHint}\n`);
});

test("A flag wins over the environment, it over .env, it over config.yaml, and it over the default", async () => {
  using project = copyOf(iris);
  const seedFrom = async (args: string[], env = {}) => {
    const { stdout } = await project.mlt(["config", "show", "--json", ...args], env);
    return JSON.parse(stdout)["train.seed"];
  };
  const { stdout } = await project.mlt(["config", "show", "--json"]);
  expect(JSON.parse(stdout)["serve.host"]).toEqual({ value: "127.0.0.1", from: "default" });
  expect(await seedFrom([])).toEqual({ value: 42, from: "config.yaml:11" });
  writeFileSync(join(project.path, ".env"), "MLT_TRAIN__SEED=7\n");
  expect(await seedFrom([])).toEqual({ value: 7, from: ".env" });
  expect(await seedFrom([], { MLT_TRAIN__SEED: "8" })).toEqual({ value: 8, from: "environment" });
  const { stderr } = await project.mlt(["train", "--seed", "9"], { MLT_TRAIN__SEED: "8" });
  expect(stderr).toContain("(seed 9)");
});

test.each(["train", "serve", "predict data.csv", "test", "config show"])(
  "mlt %s outside of a project says so",
  async (command) => {
    using project = copyOf(iris);
    rmSync(join(project.path, "config.yaml"));
    const { exitCode, stdout, stderr } = await project.mlt(command.split(" "));
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 3,
      stdout: "",
      stderr:
        `error: There is no project in "${project.path}": it has no config.yaml\n` +
        "hint: Change to a project's folder, or make one with mlt init.\n",
    });
  },
);

test("mlt train --dir names the folder that is not there", async () => {
  const { exitCode, stderr } = await iris.mlt(["train", "--dir", "nowhere"]);
  expect(exitCode).toBe(3);
  expect(stderr).toBe(
    `error: There is no folder "${iris.path}/nowhere"\nhint: Change to a project's folder, or make one with mlt init.\n`,
  );
});

test("mlt --dir works on a project from anywhere", async () => {
  using elsewhere = copyOf(iris);
  const { exitCode, stdout } = await elsewhere.mlt(["config", "show", "--dir", iris.path]);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^project\.name +iris +config\.yaml:5$/m);
});

test.each(["serve --port 0", "predict tests/prediction/batch.csv"])(
  "mlt %s asks for a model",
  async (command) => {
    const { exitCode, stdout, stderr } = await iris.mlt(command.split(" "));
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 3,
      stdout: "",
      stderr: `error: There is no model in "${iris.path}/model_bin"\nhint: Train one with mlt train.\n`,
    });
  },
);

test("mlt test fails with 3 and shows the reason without lines of mlt", async () => {
  const { exitCode, stderr } = await iris.mlt(["test"]);
  expect(exitCode).toBe(3);
  expect(stderr).toContain(
    `error: There is no model in "${iris.path}/model_bin"\nTrain one with mlt train.\n`,
  );
  expect(stderr).not.toContain("    at ");
  expect(stderr).not.toContain("preload.js");
});

test("mlt test says that there are no tests", async () => {
  using project = copyOf(iris);
  rmSync(join(project.path, "tests"), { recursive: true });
  const { exitCode, stderr } = await project.mlt(["test"]);
  expect(exitCode).toBe(3);
  expect(stderr).toBe(
    `error: There are no tests in "${project.path}"\n` +
      "hint: Write them to tests/, in files that end in .test.ts, or for Python in test_*.py; mlt init shows some.\n",
  );
});
