import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { petalAreas } from "../support/petal-areas.ts";
import { copyOf, succeeded } from "../support/project.ts";

// Unpacking and training take longer than a unit test where the machine is busy.
setDefaultTimeout(60_000);

const train = "source/model/train.ts";

const areas = await petalAreas();
afterAll(() => areas[Symbol.dispose]());

test("A project's own processX is kept beside the model, with what it learned", async () => {
  using project = copyOf(areas);
  const { exitCode, stdout, stderr } = await project.mlt(["train", "--json"]);
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout).warnings).toEqual([
    "processX is the project's own code: it runs at every request, from preprocessor.js.",
  ]);
  expect(stderr).toContain("preprocessor.js");
  const card = JSON.parse(project.read("model_bin/model.json"));
  expect(Object.keys(card.sha256).sort()).toEqual(["model.onnx", "preprocessor.js", "report.html"]);
  expect(card.preprocessor.columns).toEqual([
    "sepal_length",
    "sepal_width",
    "petal_length",
    "petal_width",
    "petal_area",
  ]);
  // The area of 120 of the 150 petals; of all of them the mean is 5.79.
  expect(card.preprocessor.state.mean).toBeWithin(5, 6.6);
});

test("A model with code of its own answers the same from mlt serve, mlt predict and mlt test", async () => {
  using project = copyOf(areas);
  succeeded(await project.mlt(["train"]));
  // What is served is the bundle: the source may go or change.
  await project.write({ [train]: "throw new Error('read');\n" });
  const predicted = succeeded(await project.mlt(["predict", "tests/prediction/batch.csv"]));
  const rows = predicted.trim().split("\n").slice(1);
  await using service = await project.serve();
  const response = await fetch(`${service.url}/api/proba_predictions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: project.read("tests/prediction/batch_request.json"),
  });
  const served = (await response.json()) as { probabilities: readonly number[] }[];
  expect(rows.map((line) => line.split(",").slice(5).map(Number))).toEqual(
    served.map(({ probabilities }) => [...probabilities]),
  );
  expect(rows.map((line) => line.split(",")[4])).toEqual(["setosa", "versicolor", "virginica"]);
  succeeded(await project.mlt(["test", "tests/api"]));
  expect(succeeded(await project.mlt(["doctor"]))).toMatch(/^✓ model /m);
});

test("mlt test runs the tests of a project whose processX is its own", async () => {
  using project = copyOf(areas);
  succeeded(await project.mlt(["train"]));
  const { exitCode, stderr } = await project.mlt(["test"]);
  expect({ exitCode, failed: /^ \d+ fail$/m.exec(stderr)?.[0] }).toEqual({ exitCode: 0, failed: " 0 fail" });
});

test("A model whose preprocessor.js was changed is refused, and its code is not run", async () => {
  using project = copyOf(areas);
  succeeded(await project.mlt(["train"]));
  const bundle = "model_bin/preprocessor.js";
  writeFileSync(join(project.path, bundle), `console.error("ran");\n${project.read(bundle)}`);
  const { exitCode, stderr } = await project.mlt(["predict", "tests/prediction/batch.csv"]);
  expect(exitCode).toBe(3);
  expect(stderr).toBe(
    `error: The model's file "${project.path}/${bundle}" was changed after training: its hash is another\n` +
      "hint: Train the model again with mlt train, or put the folder back as it was written.\n",
  );
});

test.each([
  ["a Map", "new Map([[1, 2]])", "a Map"],
  ["a date", "new Date(0)", "a Date"],
  ["a number that is not finite", "Number.NaN", "NaN"],
])("mlt train refuses to lose %s that a Preprocessor keeps", async (_name, value, told) => {
  using project = copyOf(areas);
  project.edit(
    train,
    "this.mean = areaOf(X).mean();",
    `this.mean = areaOf(X).mean();\n    this.seen = ${value};`,
  );
  const { exitCode, stdout, stderr } = await project.mlt(["train", "--json"]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "" });
  expect(stderr).toStartWith(
    `error: Cannot keep Preprocessor.seen in model.json: it is ${told}\nhint: Keep what`,
  );
});

test.each([
  ["a variable of the module", "let mean = 0;\n", "mean"],
  ["a private field", "", "this.#mean"],
])("mlt train refuses a processX that depends on %s, which is lost", async (_name, declaration, variable) => {
  using project = copyOf(areas);
  await project.write({ [train]: project.read(train).replace("export class", `${declaration}export class`) });
  project.edit(train, "private mean = 0;", variable.startsWith("this.") ? "#mean = 0;" : "");
  project.edit(train, "this.mean = ", `${variable} = `);
  project.edit(train, ".sub(this.mean)", `.sub(${variable})`);
  const { exitCode, stdout, stderr } = await project.mlt(["train", "--json"]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "" });
  expect(stderr).toMatch(
    /^error: The saved Preprocessor gives other numbers than the one that was trained with \(by 0\.\d+\)\nhint: Keep all that processX needs in plain fields of the Preprocessor, and let it depend on nothing else\.\n$/,
  );
});
