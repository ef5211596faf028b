import { afterAll, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { copyOf, type TestProject, trainedProject } from "../support/project.ts";

const iris = await trainedProject();
const penguins = await trainedProject("regression");
afterAll(() => {
  for (const project of [iris, penguins]) project[Symbol.dispose]();
});

const fit = "return new LogisticRegression({ C: 1 }).fit(X, y);";
const guess =
  'return import("mlt").then(({ DummyClassifier }) => new DummyClassifier({ strategy: "most_frequent" }).fit(X, y));';

/** Everything in model_bin, and what lies beside it. */
function modelOf({ path }: TestProject): unknown {
  const files = readdirSync(join(path, "model_bin")).sort();
  const bytes = files.map((name) => readFileSync(join(path, "model_bin", name), "hex"));
  return { files, bytes, beside: readdirSync(path).filter((name) => name.includes("model_bin")) };
}

test("mlt train --min-metric keeps the old model byte for byte and exits 3", async () => {
  using project = copyOf(iris);
  const before = modelOf(project);
  const { exitCode, stdout, stderr } = await project.mlt([
    "train",
    "--json",
    "--min-metric",
    "accuracy=0.99,log_loss=0.01,f1_macro=0.5",
  ]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "" });
  expect(stderr).toMatch(
    /^error: The new model is not good enough: accuracy 0\.\d+ is under 0\.99; log_loss 0\.\d+ is over 0\.01\nhint: Improve the model or its data, or change --min-metric; the model in place is kept\.\n$/,
  );
  expect(modelOf(project)).toEqual(before);
});

test("mlt train --min-metric replaces the model when the bounds are reached", async () => {
  using project = copyOf(iris);
  const { exitCode, stdout } = await project.mlt([
    "train",
    "--json",
    "--min-metric",
    "accuracy=0.9,log_loss=0.5",
  ]);
  expect(exitCode).toBe(0);
  expect(JSON.parse(project.read("model_bin/model.json")).id).toBe(JSON.parse(stdout).id);
});

test("mlt train --compare keeps a better model byte for byte and exits 3", async () => {
  using project = copyOf(iris);
  project.edit("source/model/train.ts", fit, guess);
  const before = modelOf(project);
  const { exitCode, stdout, stderr } = await project.mlt(["train", "--json", "--compare"]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "" });
  // The held-out rows are stratified: 10 of 30 are of the class that the guess always gives.
  expect(stderr).toMatch(
    /^error: The new model is worse than the one in place: accuracy 0\.3333 against 0\.9\d+ on the same held-out rows \(change -0\.6\d+, 95 % interval -0\.\d+ to -0\.\d+\)\nhint: .*\n$/,
  );
  expect(modelOf(project)).toEqual(before);
});

test("mlt train --compare replaces a worse model, shows both, and takes an equal one", async () => {
  using project = copyOf(iris);
  project.edit("source/model/train.ts", fit, guess);
  expect((await project.mlt(["train"])).exitCode).toBe(0);
  project.edit("source/model/train.ts", guess, fit);
  const better = await project.mlt(["train", "--compare"]);
  expect(better.exitCode).toBe(0);
  expect(better.stdout).toMatch(/^metric +train +test +95 % interval +in place +change, 95 %$/m);
  expect(better.stdout).toMatch(/^accuracy +0\.9\d* +0\.9\d* +.* – .* +0\.3333 +0\.\d+ – 0\.\d+$/m);
  expect(better.stdout).toMatch(
    /^The new model is better than the one in place: accuracy 0\.9667 against 0\.3333 .*\.$/m,
  );
  const equal = await project.mlt(["train", "--compare"]);
  expect(equal.exitCode).toBe(0);
  expect(equal.stdout).toContain(
    "The new model does as well as the one in place: accuracy 0.9667 against 0.9667 on the same held-out rows.\n",
  );
});

test("mlt train --compare takes a model that is worse by no more than chance, and says so", async () => {
  using project = copyOf(iris);
  project.edit("source/model/train.ts", fit, fit.replace("C: 1 ", "C: 0.05 "));
  const { exitCode, stdout } = await project.mlt(["train", "--json", "--compare"]);
  expect(exitCode).toBe(0);
  const { metric, verdict, in_place, differences } = JSON.parse(stdout).comparison;
  expect([metric, verdict, in_place.accuracy]).toEqual(["accuracy", "unclear", 29 / 30]);
  // A flower or two of 30 more are taken for another; so few that some resamples have none of them.
  expect(differences.accuracy.change).toBeLessThan(0);
  expect(differences.accuracy.low).toBeLessThan(differences.accuracy.change);
  expect(differences.accuracy.high).toBeGreaterThanOrEqual(0);
  expect(differences.accuracy.probability_not_better).toBeGreaterThan(0.9);
});

test("mlt train --compare without a model in place just trains", async () => {
  using project = copyOf(penguins);
  await project.write({ "config.yaml": "model_bin: elsewhere/model\n" });
  expect((await project.mlt(["train", "--compare"])).exitCode).toBe(0);
  expect(JSON.parse(project.read("elsewhere/model/model.json")).task).toBe("regression");
});

test("mlt train --compare measures a regression by r2, where less is worse", async () => {
  using project = copyOf(penguins);
  project.edit("source/model/train.ts", "new Ridge({ alpha: 1 })", "new Ridge({ alpha: 1e6 })");
  const before = modelOf(project);
  const { exitCode, stderr } = await project.mlt(["train", "--json", "--compare"]);
  expect(exitCode).toBe(3);
  expect(stderr).toMatch(
    /^error: The new model is worse than the one in place: r2 -?0\.\d+ against 0\.\d+ on/,
  );
  expect(modelOf(project)).toEqual(before);
});

test("mlt train --compare works where the new model has one feature less", async () => {
  using project = copyOf(iris);
  project.edit(
    "source/model/features.yaml",
    "  - { name: sepal_width, type: number, min: 0, description: cm }\n",
    "",
  );
  project.edit("source/model/train.ts", 'data.drop("species")', 'data.drop("species", "sepal_width")');
  const { exitCode, stderr } = await project.mlt([
    "train",
    "--json",
    "--compare",
    "--min-metric",
    "accuracy=0.9",
  ]);
  expect({ exitCode, refused: stderr.includes("error:") }).toEqual({ exitCode: 0, refused: false });
});

test("mlt train --compare says so where the data no longer hold what the model in place reads", async () => {
  using project = copyOf(iris);
  project.edit(
    "source/model/features.yaml",
    "  - { name: sepal_width, type: number, min: 0, description: cm }\n",
    "",
  );
  project.edit(
    "source/data/data_loader.ts",
    "return nRows === undefined ? data : data.head(nRows);",
    'return data.drop("sepal_width");',
  );
  const before = modelOf(project);
  const { exitCode, stdout, stderr } = await project.mlt(["train", "--json", "--compare"]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "" });
  expect(stderr).toStartWith(
    'error: Cannot compare with the model in place: the data do not hold what it reads\n  Column "sepal_width" is missing',
  );
  expect(stderr).toEndWith("hint: Train without --compare to replace it.\n");
  expect(modelOf(project)).toEqual(before);
});

test("mlt train --compare refuses a model in place of another task", async () => {
  using project = copyOf(penguins);
  await project.write({ "config.yaml": `model_bin: ${iris.path}/model_bin\n` });
  const before = modelOf(iris);
  const { exitCode, stderr } = await project.mlt(["train", "--json", "--compare"]);
  expect(exitCode).toBe(3);
  expect(stderr).toBe(
    'error: Cannot compare with the model in place: it predicts "species" (classification)\n' +
      "hint: Train without --compare to replace it.\n",
  );
  expect(modelOf(iris)).toEqual(before);
});
