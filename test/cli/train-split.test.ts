import { afterAll, expect, test } from "bun:test";
import { copyOf, newProject } from "../support/project.ts";

const iris = await newProject("iris");
afterAll(() => iris[Symbol.dispose]());

const lastLine = "return nRows === undefined ? data : data.head(nRows);";
const noise = /^.*(Load data|Preprocess|Fit|Export|Verify|Evaluate|Write) .*\n/gm;

test("mlt train holds out whole groups of a column that is no feature", async () => {
  using project = copyOf(iris);
  // Ten flowers a day of the 150.
  project.edit(
    "source/data/data_loader.ts",
    lastLine,
    'return data.withColumn(pl.Series("day", Array.from({ length: 150 }, (_, row) => row % 15)));',
  );
  const { stderr } = await project.mlt(["train"], {
    MLT_TRAIN__SPLIT__STRATEGY: "group",
    MLT_TRAIN__SPLIT__COLUMN: "day",
  });
  expect(stderr).toContain('120 rows to learn from, 30 held out (3 of 15 groups of "day", seed 42)');
  const card = JSON.parse(project.read("model_bin/model.json"));
  expect(card.split).toEqual({ strategy: "group", column: "day", test_size: 0.2 });
  expect(card.features.map(({ name }: { name: string }) => name)).not.toContain("day");
});

test("mlt train holds out the latest rows, and warns of a class that it does not learn", async () => {
  using project = copyOf(iris);
  // The last 50 of 150 rows are made one class, so that the 30 latest are all of it.
  project.edit("source/data/data_loader.ts", lastLine, 'return data.sort("species").withRowCount("second");');
  const env = { MLT_TRAIN__SPLIT__STRATEGY: "time", MLT_TRAIN__SPLIT__COLUMN: "second" };
  const { stderr } = await project.mlt(["train"], env);
  expect(stderr).toContain('120 rows to learn from, 30 held out ("second" from 120 on)');
  expect(stderr.replace(noise, "")).toContain(
    'warning: No row of the class "setosa", "versicolor" was held out: the metrics say nothing of it.\n',
  );
  const third = await project.mlt(["train"], { ...env, MLT_TRAIN__TEST_SIZE: "0.4" });
  expect(third.stderr).toContain(
    'warning: No row to learn from is of the class "virginica": the model never answers it.\n',
  );
});

test.each([
  [
    { MLT_TRAIN__SPLIT__STRATEGY: "time" },
    "error: train.split.strategy is time, and train.split.column is not set\nhint: Name the column that holds the time of each row.\n",
  ],
  [
    { MLT_TRAIN__SPLIT__COLUMN: "day" },
    "error: train.split.column is set, and train.split.strategy is random\nhint: Set train.split.strategy to group or time, or leave the column out.\n",
  ],
])("mlt train refuses a split that says half: %o", async (env, message) => {
  const { exitCode, stderr } = await iris.mlt(["train"], env);
  expect({ exitCode, stderr }).toEqual({ exitCode: 3, stderr: message });
});

test("mlt train does not split by the target", async () => {
  const env = { MLT_TRAIN__SPLIT__STRATEGY: "group", MLT_TRAIN__SPLIT__COLUMN: "species" };
  const { exitCode, stderr } = await iris.mlt(["train", "--json"], env);
  expect({ exitCode, stderr }).toEqual({
    exitCode: 3,
    stderr:
      'error: train.split.column is "species", the target\nhint: Name the column that holds the group or the time of each row.\n',
  });
});

test("mlt train --folds prints a line and keeps the scores of each fold", async () => {
  using project = copyOf(iris);
  const { stdout, stderr } = await project.mlt(["train", "--folds", "3"]);
  expect(stderr.match(/Fold \d of 3 +accuracy [\d.]+ /g)).toHaveLength(3);
  const [header = "", accuracy = ""] = stdout.split("\n");
  expect(header).toMatch(/^metric +train +test +95 % interval +3 folds$/);
  expect(accuracy).toMatch(/^accuracy .* 0\.9\d+ ± 0\.\d+$/);
  const { folds, metrics } = JSON.parse(project.read("model_bin/model.json")).cross_validation;
  expect([folds, metrics.accuracy.scores.length]).toEqual([3, 3]);
  const again = JSON.parse((await project.mlt(["train", "--json"], { MLT_TRAIN__FOLDS: "3" })).stdout);
  expect(again.cross_validation).toEqual({ folds, metrics });
});

test("mlt train --folds 1 is no cross-validation", async () => {
  const { exitCode, stderr } = await iris.mlt(["train", "--folds", "1"]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain("Expected train.folds to be an integer from 2 to 1000, not 1");
});
