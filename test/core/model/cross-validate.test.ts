import { describe, expect, test } from "bun:test";
import pl, { type DataFrame } from "nodejs-polars";
import { LinearRegression } from "../../../core/learn/linear/linear-regression.ts";
import { LogisticRegression } from "../../../core/learn/linear/logistic-regression.ts";
import type { Matrix } from "../../../core/learn/matrix.ts";
import { StandardScaler } from "../../../core/learn/preprocessing/standard-scaler.ts";
import type { SplitRule } from "../../../core/model/divide-rows.ts";
import { trainModel } from "../../../core/model/train-model.ts";
import expected from "../../support/expected/cross-validation.json" with { type: "json" };
import { failure } from "../../support/failure.ts";
import { type InMemoryProject, trainOptions } from "../../support/in-memory-project.ts";

/** Preprocessors since the last look, and the rows that each was fitted on. */
const fittedOn: DataFrame[] = [];

class Scale {
  scaler = new StandardScaler();
  splitXy(data: DataFrame) {
    return { X: data.drop("y"), y: data.getColumn("y").toArray() };
  }
  fitX(X: DataFrame) {
    fittedOn.push(X);
    this.scaler.fit(X);
  }
  processX(X: DataFrame) {
    return this.scaler.transform(X);
  }
  fitY() {
    return undefined;
  }
  processY(y: unknown) {
    return y;
  }
}

const { x, z, y, groups } = expected;
const regression: InMemoryProject = {
  spec: {
    task: "regression",
    target: "y",
    features: [
      { name: "x", type: "number", nullable: false },
      { name: "z", type: "number", nullable: false },
    ],
  },
  data: pl.DataFrame({ x, z, y, customer: groups, second: [...y.keys()] }),
  Preprocessor: Scale,
  trainModel: (X: Matrix, target: number[]) => new LinearRegression().fit(X, target),
};
const classification: InMemoryProject = {
  ...regression,
  spec: { ...regression.spec, task: "classification" },
  data: pl.DataFrame({ x, z, y: x.map((value, row) => (value + (z[row] ?? 0) > 0 ? "up" : "down")) }),
  trainModel: (X: Matrix, target: string[]) => new LogisticRegression().fit(X, target),
};

async function scoresOf(project: InMemoryProject, options: object) {
  const { artifact, warnings } = await trainModel({ ...trainOptions(project), ...options });
  return { ...artifact.card.cross_validation, warnings };
}

function expectScores(
  metrics: Awaited<ReturnType<typeof scoresOf>>["metrics"],
  wanted: (typeof expected)["time"],
) {
  for (const [name, { mean, std, scores }] of Object.entries(wanted)) {
    const found = metrics?.[name];
    expect(found?.mean).toBeCloseTo(mean, 5);
    expect(found?.std).toBeCloseTo(std, 5);
    expect(found?.scores).toHaveLength(scores.length);
    for (const [fold, score] of scores.entries()) expect(found?.scores[fold]).toBeCloseTo(score, 5);
  }
}

describe("trainModel() with folds", () => {
  test("by time scores as scikit-learn's cross_validate with TimeSeriesSplit", async () => {
    const split = { strategy: "time", column: "second" };
    const { folds, metrics } = await scoresOf(regression, { split, folds: 4 });
    expect(folds).toBe(4);
    expectScores(metrics, expected.time);
  });

  test("by group scores as scikit-learn's cross_validate with GroupKFold", async () => {
    // Group 6 is as large as the held-out part, and lies at the end, where the times are latest.
    const data = pl.DataFrame({ x, z, y, customer: groups }).slice({ offset: 0, length: 40 });
    const split = { strategy: "group", column: "customer" } as const;
    const seed = await seedThatHoldsOutGroup6(data, split);
    expectScores(
      (await scoresOf({ ...regression, data }, { split, seed, folds: 3 })).metrics,
      expected.group,
    );
  });

  test("fits the Preprocessor anew on the rows of each fold, and not on those that are held out", async () => {
    fittedOn.length = 0;
    await scoresOf(classification, { folds: 3 });
    // 30 of 40 rows are learned from: three folds learn from 20 of them each, the model from all.
    expect(fittedOn.map(({ height }) => height)).toEqual([20, 20, 20, 30]);
  });

  test("gives the same model as without", async () => {
    const without = await trainModel(trainOptions(classification));
    const { artifact } = await trainModel({ ...trainOptions(classification), folds: 3 });
    expect(artifact.files.get("model.onnx")).toEqual(without.artifact.files.get("model.onnx"));
    expect(without.artifact.card.cross_validation).toBeUndefined();
    const page = new TextDecoder().decode(artifact.files.get("report.html"));
    expect(page).toContain("3 folds");
  });

  test("leaves out a metric that a fold leaves undefined, and says so", async () => {
    // One row of a third class is learned from: two of three folds test on none of it.
    const labels = x.map((_, row) => (row < 2 ? "c" : row % 2 === 0 ? "a" : "b"));
    const { metrics, warnings } = await scoresOf(
      { ...classification, data: pl.DataFrame({ x, z, y: labels }) },
      { folds: 3 },
    );
    expect(Object.keys(metrics ?? {})).toContain("accuracy");
    expect(Object.keys(metrics ?? {})).not.toContain("roc_auc");
    expect(warnings.join("\n")).toMatch(
      /roc_auc.*: not defined in each of the 3 folds, some of which lack a class\./,
    );
  });

  test("refuses more folds than there are rows", async () => {
    const error = await failure(() => scoresOf(classification, { folds: 31 }));
    expect(error.message).toBe("There are fewer rows of each class to learn from than 31 folds need");
  });
});

async function seedThatHoldsOutGroup6(data: DataFrame, split: SplitRule): Promise<number> {
  for (let seed = 0; seed < 100; seed++) {
    fittedOn.length = 0;
    await trainModel({ ...trainOptions({ ...regression, data }), seed, split });
    if (fittedOn[0]?.getColumn("x").toArray().at(-1) === x[29] && fittedOn[0]?.height === 30) return seed;
  }
  throw new Error("No seed holds out the last group");
}
