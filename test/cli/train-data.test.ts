import { afterAll, expect, test } from "bun:test";
import { copyOf, newProject } from "../support/project.ts";

const iris = await newProject("iris");
const penguins = await newProject("regression");
afterAll(() => {
  for (const project of [iris, penguins]) project[Symbol.dispose]();
});

const loader = "source/data/data_loader.ts";
const features = "source/model/features.yaml";
/** The line of both loaders that a case replaces. */
const lastLine = "return nRows === undefined ? data : data.head(nRows);";
const mendData = "Mend the data where they are loaded, or the feature's description in features.yaml.";
const unfit = "The data of DataLoader.loadData do not fit features.yaml";

const withColumn = (value: string, column: string) => `return data.withColumn(${value}.alias("${column}"));`;
const missingOver1 = (column: string) =>
  `pl.when(pl.col("petal_width").gt(1)).then(pl.lit(null)).otherwise(pl.col("${column}"))`;

// iris.csv: 150 rows, 93 of them with a petal wider than 1 cm, the first in row 2.
test.each<[name: string, line: string, error: string, hint: string]>([
  [
    "throws",
    'throw new Error("The database is away");',
    "DataLoader.loadData failed: The database is away\n  at source/data/data_loader.ts:16:15",
    "Mend that line.",
  ],
  [
    "throws another kind of error",
    "null.head(1);",
    "DataLoader.loadData failed: TypeError: null is not an object (evaluating 'null.head')\n  at source/data/data_loader.ts:16:5",
    "Mend that line.",
  ],
  [
    "throws text",
    'throw "away";',
    "DataLoader.loadData failed: away\n  at source/data/data_loader.ts",
    "Mend that file.",
  ],
  [
    "returns nothing",
    "",
    "DataLoader.loadData must return a polars DataFrame, not undefined",
    "Return one DataFrame with every feature and the target.",
  ],
  [
    "returns an array",
    "return [1, 2];",
    "DataLoader.loadData must return a polars DataFrame, not an Array",
    "Return one DataFrame with every feature and the target.",
  ],
  [
    "returns an empty frame",
    "return data.head(0);",
    "DataLoader.loadData returned an empty frame",
    "Return at least two rows, so that some can be held out.",
  ],
  [
    "returns one row",
    "return data.head(1);",
    "DataLoader.loadData returned a single row",
    "Return at least two rows, so that some can be held out.",
  ],
  [
    "lacks the target",
    'return data.rename({ species: "specie" });',
    'DataLoader.loadData returned no column "species", the target in features.yaml',
    'Did you mean "specie"?',
  ],
  [
    "lacks a feature",
    'return data.rename({ petal_width: "petal_widht" });',
    `${unfit}\n  Column "petal_width" is missing; did you mean "petal_widht"?`,
    mendData,
  ],
  [
    "holds one class",
    'return data.filter(pl.col("species").eq(pl.lit("setosa")));',
    'The target "species" has one class only, "setosa": there is nothing to learn',
    "Load rows of at least two classes.",
  ],
  [
    "lacks values of a feature that is not nullable",
    withColumn(missingOver1("petal_width"), "petal_width"),
    `${unfit}\n  Column "petal_width": 93 rows, the first 2, are missing, and the feature is not nullable`,
    mendData,
  ],
  [
    "holds NaN in a feature",
    withColumn("pl.lit(NaN)", "petal_width"),
    `${unfit}\n  Column "petal_width": 150 rows, the first 1, are missing, and the feature is not nullable`,
    mendData,
  ],
  [
    "holds what float32 cannot",
    withColumn("pl.lit(1e39)", "petal_width"),
    `${unfit}\n  Column "petal_width": 150 rows, the first 1, are beyond what float32 can hold`,
    mendData,
  ],
  [
    "holds text in a number column, and numbers under the minimum",
    'return data.withColumns(pl.lit("wide").alias("petal_width"), pl.lit(-1).alias("petal_length"));',
    `${unfit}\n  Column "petal_length": 150 rows, the first 1, are under its min 0\n  Column "petal_width": 150 rows, the first 1, are not a number`,
    mendData,
  ],
  [
    "lacks values of the target",
    withColumn(missingOver1("species"), "species"),
    'The target "species" is missing in 93 of 150 rows',
    "Drop those rows in the data loader.",
  ],
  [
    "holds fractions in the target of a classification",
    withColumn('pl.col("petal_width").add(0.05)', "species"),
    'The target "species" holds fractions, which are no classes',
    "Write task: regression in features.yaml, or turn the target into classes in the data loader.",
  ],
])("mlt train says so where the loader %s", async (_name, line, error, hint) => {
  using project = copyOf(iris);
  project.edit(loader, lastLine, line);
  const { exitCode, stdout, stderr } = await project.mlt(["train", "--json"]);
  expect({ exitCode, stdout, stderr }).toEqual({
    exitCode: 3,
    stdout: "",
    stderr: `error: ${error}\nhint: ${hint}\n`,
  });
});

// penguins.csv: 344 rows, two penguins were never weighed; 123 of the 342 others are Gentoo, the first in row 2;
// 294 bill depths are fractions, the first in row 1.
test.each<[name: string, file: string, from: string, to: string, error: string, hint: string]>([
  [
    "lacks values of the target",
    loader,
    '.filter(pl.col("body_mass_g").isNotNull())',
    "",
    'The target "body_mass_g" is missing in 2 of 344 rows',
    "Drop those rows in the data loader.",
  ],
  [
    "holds text in the target of a regression",
    loader,
    lastLine,
    withColumn('pl.lit("heavy")', "body_mass_g"),
    'The target "body_mass_g" is not a finite number in row 1',
    "Write task: classification in features.yaml, or mend the target in the data loader.",
  ],
  [
    "holds a category that is none of its values",
    features,
    "[Adelie, Chinstrap, Gentoo]",
    "[Adelie, Chinstrap]",
    `${unfit}\n  Column "species": 123 rows, the first 2, are none of its values`,
    mendData,
  ],
  [
    "holds fractions in an integer feature",
    features,
    "name: bill_depth_mm, type: number",
    "name: bill_depth_mm, type: integer",
    `${unfit}\n  Column "bill_depth_mm": 294 rows, the first 1, are not an integer`,
    mendData,
  ],
])("mlt train says so where the penguins' loader %s", async (_name, file, from, to, error, hint) => {
  using project = copyOf(penguins);
  project.edit(file, from, to);
  const { exitCode, stdout, stderr } = await project.mlt(["train", "--json"]);
  expect({ exitCode, stdout, stderr }).toEqual({
    exitCode: 3,
    stdout: "",
    stderr: `error: ${error}\nhint: ${hint}\n`,
  });
});

test("mlt train names the line of the loader that reads a file which is missing", async () => {
  using project = copyOf(iris);
  project.edit(loader, '"iris.csv"', '"flowers.csv"');
  const { exitCode, stderr } = await project.mlt(["train", "--json"]);
  expect(exitCode).toBe(3);
  expect(stderr).toBe(
    "error: DataLoader.loadData failed: No such file or directory (os error 2)\n" +
      "  at source/data/data_loader.ts:15:21\nhint: Mend that line.\n",
  );
});
