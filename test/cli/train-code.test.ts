import { afterAll, expect, test } from "bun:test";
import { copyOf, newProject, succeeded } from "../support/project.ts";

const iris = await newProject();
afterAll(() => iris[Symbol.dispose]());

const loader = "source/data/data_loader.ts";
const train = "source/model/train.ts";
const fit = "return new LogisticRegression({ C: 1 }).fit(X, y);";
const process = "return this.scaler.transform(X);";
const splits = 'return { X: data.drop("species"), y: data.getColumn("species") };';
const mendLine = "Mend that line.";

interface Case {
  readonly name: string;
  readonly file?: string;
  /** What is replaced, and by what. */
  readonly edit: readonly [from: string, to: string];
  /** Goes before the first line of train.ts. */
  readonly imports?: string;
  readonly error: string;
  readonly hint: string;
}

const cases: readonly Case[] = [
  {
    name: "a syntax error",
    edit: ["return y;\n  }\n}", "return y;\n  }\n}}"],
    error: `Loading ${train} failed: Unexpected }\n  at ${train}:46:2`,
    hint: mendLine,
  },
  {
    name: "a syntax error in the loader",
    file: loader,
    edit: ["return nRows === undefined ? data : data.head(nRows);", "return ("],
    error: `Loading ${loader} failed: Unexpected }\n  at ${loader}:18:3`,
    hint: mendLine,
  },
  {
    name: "a file that stops while it loads",
    edit: ["/**\n * Turns", 'throw new Error("No key");\n/**\n * Turns'],
    error: `Loading ${train} failed: No key\n  at ${train}:4:11`,
    hint: mendLine,
  },
  {
    name: "an import of a file that is missing",
    file: loader,
    edit: [
      'import { join } from "node:path";',
      'import { join } from "node:path";\nimport { rows } from "./rows.ts";\nconsole.error(rows);',
    ],
    error: `Loading ${loader} failed: Cannot find module './rows.ts' imported from PROJECT/${loader}\n  at ${loader}:2`,
    hint: mendLine,
  },
  {
    name: "an import of a package that is not installed",
    edit: ['from "mlt"', 'from "mtl"'],
    error: `Loading ${train} failed: Cannot find package 'mtl' imported from PROJECT/${train}\n  at ${train}:1`,
    hint: mendLine,
  },
  {
    name: "a name that mlt does not export",
    edit: ["LogisticRegression, type Matrix", "LogisticRegresion, type Matrix"],
    error: `trainModel failed: ReferenceError: LogisticRegression is not defined\n  at ${train}:51:14`,
    hint: mendLine,
  },
  {
    name: "trainModel under another name",
    edit: ["export function trainModel", "export function trainmodel"],
    error: `${train} exports no trainModel; there is "trainmodel"`,
    hint: `Export trainModel from ${train}.`,
  },
  {
    name: "a Preprocessor that is not exported",
    edit: ["export class Preprocessor", "class Preprocessor"],
    error: `${train} exports no Preprocessor`,
    hint: `Export Preprocessor from ${train}.`,
  },
  {
    name: "a DataLoader under another name",
    file: loader,
    edit: ["export class DataLoader", "export class Dataloader"],
    error: `${loader} exports no DataLoader; there is "Dataloader"`,
    hint: `Export DataLoader from ${loader}.`,
  },
  {
    name: "a DataLoader that is no class",
    file: loader,
    edit: ["export class DataLoader", "export const DataLoader = 3;\nclass Other"],
    error: `DataLoader must be a class\n  at ${loader}`,
    hint: "Write: export class DataLoader { … }",
  },
  {
    name: "a DataLoader without loadData",
    file: loader,
    edit: ["loadData({", "load({"],
    error: `DataLoader has no method loadData\n  at ${loader}`,
    hint: "Add loadData to the class DataLoader.",
  },
  {
    name: "a classification without getClasses",
    edit: ["export function getClasses", "function getClasses"],
    error: `getClasses is no exported function\n  at ${train}`,
    hint: "Export function getClasses.",
  },
  {
    name: "a Preprocessor without processY",
    edit: ["processY(y", "processZ(y"],
    error: `Preprocessor has no method processY\n  at ${train}`,
    hint: "Add processY to the class Preprocessor.",
  },
  {
    name: "trainModel that returns no estimator",
    edit: [fit, "return { predict: () => [] };"],
    error: "trainModel must return a fitted estimator of mlt",
    hint: 'Return new LogisticRegression().fit(X, y), or another estimator of the module "mlt".',
  },
  {
    name: "trainModel that returns nothing",
    edit: [fit, ""],
    error: "trainModel must return a fitted estimator of mlt",
    hint: 'Return new LogisticRegression().fit(X, y), or another estimator of the module "mlt".',
  },
  {
    name: "trainModel that returns a regressor for a classification",
    edit: [
      fit,
      'return import("mlt").then(({ DummyRegressor }) => new DummyRegressor().fit(X, y.toArray().map(() => 1)));',
    ],
    error: "trainModel returned a regressor, and features.yaml says task: classification",
    hint: "Return a classifier, or change the task in features.yaml.",
  },
  {
    name: "trainModel that throws",
    edit: [fit, 'throw new RangeError("C is odd");'],
    error: `trainModel failed: RangeError: C is odd\n  at ${train}:51:13`,
    hint: mendLine,
  },
  {
    name: "trainModel that rejects",
    edit: [fit, 'return Promise.reject(new Error("odd"));'],
    error: `trainModel failed: odd\n  at ${train}:51:29`,
    hint: mendLine,
  },
  {
    name: "an estimator with an impossible option",
    edit: [fit, "return new LogisticRegression({ C: -1 }).fit(X, y);"],
    error: `LogisticRegression cannot take -1 as its option "C"\n  at ${train}:51:14`,
    hint: "Give a number above 0.",
  },
  {
    name: "an estimator that nobody fitted",
    edit: [fit, "return new LogisticRegression();"],
    error: `LogisticRegression is not fitted\n  at ${train}:57:10`,
    hint: "Call fit(X, y) first.",
  },
  {
    name: "getClasses in another order",
    edit: ["return model.classes;", "return [...model.classes].reverse();"],
    error:
      "getClasses returned [virginica, versicolor, setosa], and the model's probabilities stand in the order [setosa, versicolor, virginica]",
    hint: "Return model.classes.",
  },
  {
    name: "getClasses that returns nothing",
    edit: ["return model.classes;", ""],
    error: `getClasses must return an array of class names\n  at ${train}`,
    hint: "Return model.classes.",
  },
  {
    name: "splitXy that returns one frame",
    edit: [splits, "return data;"],
    error: "Preprocessor.splitXy must return { X, y } with a DataFrame X",
    hint: "Return { X: data.drop(target), y: data.getColumn(target) }.",
  },
  {
    name: "splitXy that asks for a column that is not there",
    edit: ['data.getColumn("species")', 'data.getColumn("specie")'],
    error: `Preprocessor.splitXy failed: not found: "specie" not found\n  at ${train}:16:47`,
    hint: mendLine,
  },
  {
    name: "splitXy that drops a feature",
    edit: ['data.drop("species")', 'data.drop("species", "petal_width")'],
    error:
      'The data of Preprocessor.splitXy do not fit features.yaml\n  Column "petal_width" is missing; did you mean "sepal_width"?',
    hint: "Mend the data where they are loaded, or the feature's description in features.yaml.",
  },
  {
    name: "processX that loses rows",
    edit: [process, "return X.head(5);"],
    error: "Preprocessor.processX made 5 rows of 120",
    hint: "Keep every row in processX; drop rows in the data loader.",
  },
  {
    name: "processX that returns nothing",
    edit: [process, ""],
    error: "Preprocessor.processX must return a Matrix or a DataFrame, not undefined",
    hint: "Return what a transformer of mlt returns, or a DataFrame of numbers.",
  },
  {
    name: "processX that returns a Promise",
    edit: [process, "return Promise.resolve(X);"],
    error: "Preprocessor.processX must return a Matrix or a DataFrame, not a Promise",
    hint: "Return what a transformer of mlt returns, or a DataFrame of numbers.",
  },
  {
    name: "processX that returns text",
    edit: [process, 'return X.withColumn(pl.lit("wide").alias("petal_width"));'],
    imports: 'import pl from "nodejs-polars";\n',
    error: 'Column "petal_width" holds text; the model reads numbers only',
    hint: "Turn the column into numbers with a OneHotEncoder.",
  },
  {
    name: "processX that throws",
    edit: [process, 'throw new Error("no");'],
    error: `Preprocessor.processX failed: no\n  at ${train}:35:15`,
    hint: mendLine,
  },
  {
    name: "processY that returns nothing",
    edit: ["return y;", ""],
    error: "Preprocessor.processY must return one value a row, 120 in all",
    hint: "Return the series y itself, or an array of its length.",
  },
  {
    name: "processY that loses rows",
    edit: ["return y;", "return y.head(3);"],
    error: "Preprocessor.processY must return one value a row, 120 in all",
    hint: "Return the series y itself, or an array of its length.",
  },
];

for (const { name, file = train, edit, imports = "", error, hint } of cases) {
  test(`mlt train refuses ${name}`, async () => {
    using project = copyOf(iris);
    project.edit(file, ...edit);
    await project.write({ [train]: imports + project.read(train) });
    const { exitCode, stdout, stderr } = await project.mlt(["train", "--json"]);
    expect({ exitCode, stdout, stderr: stderr.replaceAll(project.path, "PROJECT") }).toEqual({
      exitCode: 3,
      stdout: "",
      stderr: `error: ${error}\nhint: ${hint}\n`,
    });
  });
}

test("What the project's code prints goes to stderr", async () => {
  using project = copyOf(iris);
  project.edit(train, fit, `console.log("fitting %d rows", X.nRows); console.table([[1]]); ${fit}`);
  const { exitCode, stdout, stderr } = await project.mlt(["train", "--json"]);
  expect(exitCode).toBe(0);
  expect(Object.keys(JSON.parse(stdout))).toContain("metrics");
  expect(stderr).toStartWith("fitting 120 rows\n");
});

test("mlt train shows the step that failed", async () => {
  using project = copyOf(iris);
  project.edit(train, fit, "");
  const { stdout, stderr } = await project.mlt(["train"]);
  expect(stdout).toBe("");
  expect(stderr).toMatch(
    /^✓ Load data .*\n✓ Check and split .*\n✓ Preprocess .*\n✗ Fit\nerror: trainModel must/,
  );
});

test.each([
  ["a timer", "setTimeout(() => { throw new Error('too late'); }, 0);"],
  ["a promise that nobody waits for", "void Promise.resolve().then(() => { throw new Error('too late'); });"],
])("mlt train keeps the old model when %s of the loader fails later", async (_what, line) => {
  using project = copyOf(iris);
  succeeded(await project.mlt(["train"]));
  const before = project.read("model_bin/model.json");
  // Waits, so that the failure comes while the loader runs.
  project.edit(loader, "loadData({", "async loadData({");
  const last = "return nRows === undefined";
  project.edit(loader, last, `${line}\n    await new Promise((wait) => setTimeout(wait, 50));\n    ${last}`);
  const { exitCode, stdout, stderr } = await project.mlt(["train", "--json"]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "" });
  expect(stderr).toMatch(
    /^error: The project's code failed: too late\n {2}at source\/data\/data_loader\.ts:\d+:\d+\nhint: /,
  );
  expect(project.read("model_bin/model.json")).toBe(before);
});
