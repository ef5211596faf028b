import { describe, expect, test } from "bun:test";
import pl, { type DataFrame, type Series } from "nodejs-polars";
import { silentSteps } from "../../../cli/output.ts";
import { DummyClassifier } from "../../../core/learn/dummy/dummy-classifier.ts";
import { LinearRegression } from "../../../core/learn/linear/linear-regression.ts";
import { LogisticRegression } from "../../../core/learn/linear/logistic-regression.ts";
import type { Matrix } from "../../../core/learn/matrix.ts";
import { columnTransformer } from "../../../core/learn/preprocessing/column-transformer.ts";
import { OneHotEncoder } from "../../../core/learn/preprocessing/one-hot-encoder.ts";
import { pipeline } from "../../../core/learn/preprocessing/pipeline.ts";
import { SimpleImputer } from "../../../core/learn/preprocessing/simple-imputer.ts";
import { StandardScaler } from "../../../core/learn/preprocessing/standard-scaler.ts";
import { TargetEncoder } from "../../../core/learn/preprocessing/target-encoder.ts";
import { openModel } from "../../../core/model/open-model.ts";
import type { Predictions } from "../../../core/model/predictions.ts";
import { type Trained, trainModel } from "../../../core/model/train-model.ts";
import { failure } from "../../support/failure.ts";
import { type InMemoryProject, inMemoryParts, trainOptions } from "../../support/in-memory-project.ts";

/** 40 rows: the first 20 are "low" with x from 0 to 1.9, the last 20 "high" with x from 2 to 3.9. */
const rows = Array.from({ length: 40 }, (_, row) => row);
const numbers = {
  spec: {
    task: "classification",
    target: "level",
    features: [
      { name: "x", type: "number", nullable: false },
      { name: "z", type: "number", nullable: false },
    ],
  },
  data: pl.DataFrame({
    x: rows.map((row) => row / 10),
    z: rows.map((row) => (row % 7) - 3),
    level: rows.map((row) => (row < 20 ? "low" : "high")),
  }),
  trainModel: (X: Matrix, y: Series) => new LogisticRegression().fit(X, y),
} as const;

/** Passes X on, as the simplest project does. */
class PassOn {
  splitXy(data: DataFrame): { X: DataFrame; y: Series } {
    return { X: data.drop("level"), y: data.getColumn("level") };
  }
  fitX(_X: DataFrame, _y?: Series): unknown {
    return undefined;
  }
  processX(X: DataFrame): unknown {
    return X;
  }
  fitY(_y: Series): unknown {
    return undefined;
  }
  processY(y: Series): unknown {
    return y;
  }
}

class Scale extends PassOn {
  scaler = new StandardScaler();
  override fitX(X: DataFrame) {
    return this.scaler.fit(X);
  }
  override processX(X: DataFrame): unknown {
    return this.scaler.transform(X);
  }
}

const project: InMemoryProject = { ...numbers, Preprocessor: Scale };
const train = (changes: Partial<InMemoryProject> = {}, options = {}) => {
  const changed = { ...project, ...changes };
  return trainModel({ ...trainOptions(changed), ...options });
};

/** Opens what was trained as a service would, golden requests and all. */
function open({ artifact }: Trained, changes: Partial<InMemoryProject> = {}) {
  const { openSession, openPreprocessor, frames } = inMemoryParts({ ...project, ...changes });
  const bundle = artifact.files.get("preprocessor.js");
  const files = {
    card: artifact.card,
    onnx: artifact.files.get("model.onnx") ?? new Uint8Array(),
    ...(bundle === undefined ? {} : { preprocessor: new TextDecoder().decode(bundle) }),
  };
  return openModel(files, { openSession, openPreprocessor, frameTools: async () => frames });
}

const labelsOf = (predictions: Predictions) =>
  predictions.task === "classification" ? predictions.labels : [];
const valuesOf = (predictions: Predictions) => (predictions.task === "regression" ? predictions.values : []);

describe("trainModel()", () => {
  test("makes a model that answers as it was evaluated", async () => {
    const trained = await train();
    const { card } = trained.artifact;
    expect([...trained.artifact.files.keys()]).toEqual(["model.onnx", "report.html", "model.json"]);
    expect(card).toMatchObject({
      task: "classification",
      target: "level",
      classes: ["high", "low"],
      estimator: { name: "LogisticRegression" },
      seed: 42,
    });
    // A quarter of 40 rows is held out, of which every golden request is one.
    expect(card.golden).toHaveLength(10);
    expect(new Set(card.golden.map(({ class_name }) => class_name))).toEqual(new Set(["low", "high"]));
    const predictor = await open(trained);
    const labels = labelsOf(
      await predictor.predict({
        nRows: 2,
        values: new Map([
          ["x", Float32Array.of(0.1, 3.8)],
          ["z", Float32Array.of(0, 0)],
        ]),
      }),
    );
    await predictor.close();
    expect(labels).toEqual(["low", "high"]);
  });

  test("makes the same bytes of the same data, seed and code, and others of another seed", async () => {
    const files = async (seed: number) => (await train({}, { seed })).artifact.files;
    const [first, second, other] = [await files(1), await files(1), await files(2)];
    expect(second).toEqual(first);
    expect(other.get("model.json")).not.toEqual(first.get("model.json"));
  });

  test("learns a regression", async () => {
    const changes = {
      spec: { ...numbers.spec, task: "regression", target: "level" } as const,
      data: numbers.data.drop("level").withColumn(
        pl.Series(
          "level",
          rows.map((row) => 2 + row / 2),
        ),
      ),
      trainModel: (X: Matrix, y: Series) => new LinearRegression().fit(X, y),
    };
    const { artifact } = await train(changes);
    expect(artifact.card.classes).toEqual([]);
    // level = 2 + 5 x, wholly explained.
    expect(artifact.card.metrics.test["r2"]).toBeCloseTo(1, 6);
    const predictor = await open({ artifact, intervals: {}, findings: [], warnings: [] }, changes);
    const values = valuesOf(
      await predictor.predict({
        nRows: 1,
        values: new Map([
          ["x", Float32Array.of(3)],
          ["z", Float32Array.of(1)],
        ]),
      }),
    );
    await predictor.close();
    expect(values[0]).toBeCloseTo(17, 4);
  });

  test("passes nRows to the loader, and nothing where it is not set", async () => {
    const asked: unknown[] = [];
    const options = trainOptions(project);
    const { code } = options.parts;
    const loadData = (request: object) => {
      asked.push(request);
      return code.loadData(request);
    };
    const parts = { ...options.parts, code: { ...code, loadData } };
    await trainModel({ ...options, parts });
    await trainModel({ ...options, parts, nRows: 40 });
    expect(asked).toEqual([{}, { nRows: 40 }]);
  });
});

/** What a project's processX may be, and whether it becomes part of the graph. */
class Pipeline extends Scale {
  override scaler = pipeline(new SimpleImputer(), new StandardScaler()) as StandardScaler;
}
class Branches extends Scale {
  override scaler = columnTransformer([[new StandardScaler(), ["z"]]], {
    remainder: "passthrough",
  }) as StandardScaler;
}
class OneColumn extends Scale {
  override scaler = columnTransformer([["passthrough", ["x"]]]) as StandardScaler;
}
class OwnColumn extends Scale {
  override processX(X: DataFrame) {
    return this.scaler.transform(X.withColumn(X.getColumn("x").mul(2).alias("x")));
  }
}
class OwnMatrix extends PassOn {
  offset = 0;
  override fitX(X: DataFrame) {
    this.offset = X.height;
  }
  override processX(X: DataFrame): unknown {
    return pl.DataFrame({ sum: X.getColumn("x").add(X.getColumn("z")).add(this.offset) });
  }
}
class Dropping extends Scale {
  override processX(X: DataFrame) {
    return this.scaler.transform(X.select("x", "z"));
  }
}

describe("trainModel() puts processX into the graph", () => {
  test.each([
    ["passes X on", PassOn],
    ["is a transformer", Scale],
    ["is a pipeline", Pipeline],
    ["is a columnTransformer", Branches],
    ["leaves a feature out", OneColumn],
  ])("when it %s", async (_what, Preprocessor) => {
    const trained = await train({ Preprocessor });
    expect(trained.artifact.card.preprocessor).toBeUndefined();
    expect(trained.artifact.files.has("preprocessor.js")).toBeFalse();
    expect(trained.warnings.join()).not.toContain("processX");
    await (await open(trained, { Preprocessor })).close();
  });

  test("with text and missing values", async () => {
    class Mixed extends Scale {
      override scaler = columnTransformer([
        [pipeline(new SimpleImputer({ strategy: "mean" }), new StandardScaler()), ["x"]],
        [new OneHotEncoder({ handleUnknown: "ignore" }), ["colour"]],
      ]) as StandardScaler;
    }
    const changes = {
      Preprocessor: Mixed,
      spec: {
        ...numbers.spec,
        features: [
          { name: "x", type: "number", nullable: true },
          { name: "colour", type: "category", values: ["red", "green", "blue"], nullable: true },
        ],
      } as const,
      data: pl.DataFrame({
        x: rows.map((row) => (row % 9 === 0 ? null : row / 10)),
        colour: rows.map((row) => ["red", "green", null][row % 3] ?? null),
        level: numbers.data.getColumn("level"),
      }),
    };
    const trained = await train(changes);
    expect(trained.artifact.card.preprocessor).toBeUndefined();
    const predictor = await open(trained, changes);
    const labels = labelsOf(
      await predictor.predict({
        nRows: 3,
        values: new Map<string, Float32Array | string[]>([
          ["x", Float32Array.of(0, 3.9, Number.NaN)],
          ["colour", ["blue", "", "red"]],
        ]),
      }),
    );
    await predictor.close();
    expect(labels.slice(0, 2)).toEqual(["low", "high"]);
  });
});

/** Noise in 20 towns, each with 2 rows: whoever sees the targets of its own rows can guess them, and nobody else. */
const towns = Array.from(rows, (row) => `town ${row % 20}`);
const noise = Array.from(rows, (row) => (((row * 7919) % 13) % 2 === 0 ? "high" : "low"));
const places: Pick<InMemoryProject, "spec" | "data"> = {
  spec: {
    task: "classification",
    target: "level",
    features: [{ name: "town", type: "string", nullable: true }],
  },
  data: pl.DataFrame({ town: towns, level: noise }),
};

class ByTarget extends PassOn {
  encoder = new TargetEncoder({ cv: 4, smooth: 0 });
  override fitX(X: DataFrame, y?: Series): unknown {
    return this.encoder.fit(X, y);
  }
  override processX(X: DataFrame): unknown {
    return this.encoder.transform(X);
  }
}
class ByTargetOfAllArguments extends ByTarget {
  override fitX(...args: [DataFrame, Series?]): unknown {
    return this.encoder.fit(...args);
  }
}
class ByTargetOfOwnFrame extends ByTarget {
  override fitX(X: DataFrame, y?: Series) {
    return this.encoder.fit(this.upper(X), y);
  }
  override processX(X: DataFrame) {
    return this.encoder.transform(this.upper(X));
  }
  private upper(X: DataFrame) {
    return pl.DataFrame({
      town: X.getColumn("town")
        .toArray()
        .map((town) => String(town).toUpperCase()),
    });
  }
}

describe("trainModel() gives fitX the targets", () => {
  test.each([
    ["a transformer inside the graph", ByTarget, true],
    ["by all arguments of fitX", ByTargetOfAllArguments, true],
    ["a frame of the project's own", ByTargetOfOwnFrame, false],
  ])(
    "and cross-fits what the model learns from, not what is served: %s",
    async (_, Preprocessor, isInGraph) => {
      const learned: Matrix[] = [];
      const changes = {
        ...places,
        Preprocessor,
        trainModel: (X: Matrix, y: Series) => {
          learned.push(X);
          return new LogisticRegression().fit(X, y);
        },
      };
      const trained = await train(changes);
      expect(trained.artifact.card.preprocessor === undefined).toBe(isInGraph);
      // Encoded by its own rows a town is 0, a half or 1; one that the other folds lack has their mean.
      expect(learned[0]?.data.some((value) => ![0, 0.5, 1].includes(value))).toBeTrue();
      const predictor = await open(trained, changes);
      const scores = await predictor.score({ nRows: 40, values: new Map([["town", towns]]) });
      expect(scores.slice(0, 40)).toEqual(scores.slice(40));
      await predictor.close();
    },
  );

  test("as processY leaves them, once fitY has seen them", async () => {
    const seen: unknown[] = [];
    class Ordered extends PassOn {
      override fitX(_X: DataFrame, y?: Series) {
        seen.push(y?.toArray().includes("LOW"));
      }
      override fitY(_y: Series) {
        seen.push("fitY");
      }
      override processY(y: Series) {
        return pl.Series(
          "level",
          y.toArray().map((label) => String(label).toUpperCase()),
        );
      }
    }
    await train({ Preprocessor: Ordered });
    expect(seen).toEqual(["fitY", true]);
  });
});

describe("trainModel() keeps processX beside the graph", () => {
  test.each([
    ["computes a column of its own before mlt's transformer", OwnColumn, ["x", "z"]],
    ["makes a frame of its own", OwnMatrix, ["sum"]],
    ["gives mlt's transformer another frame", Dropping, ["x", "z"]],
  ])("when it %s", async (_what, Preprocessor, columns) => {
    const trained = await train({ Preprocessor });
    expect(trained.artifact.card.preprocessor?.columns).toEqual(columns);
    expect([...trained.artifact.files.keys()]).toEqual([
      "model.onnx",
      "preprocessor.js",
      "report.html",
      "model.json",
    ]);
    expect(trained.warnings).toContain(
      "processX is the project's own code: it runs at every request, from preprocessor.js.",
    );
    await (await open(trained, { Preprocessor })).close();
  });

  test("with the state that it was fitted to", async () => {
    const { artifact } = await train({ Preprocessor: OwnMatrix });
    expect(artifact.card.preprocessor?.state).toEqual({ offset: 30 }); // rows to learn from
  });

  test("and refuses one that works otherwise after its journey through model.json", async () => {
    class Forgets extends OwnMatrix {
      readonly #fit = { offset: 0 };
      override fitX(X: DataFrame) {
        this.#fit.offset = X.height;
      }
      override processX(X: DataFrame) {
        return pl.DataFrame({ sum: X.getColumn("x").add(this.#fit.offset) });
      }
    }
    const error = await failure(() => train({ Preprocessor: Forgets }));
    expect(error.message).toStartWith(
      "The saved Preprocessor gives other numbers than the one that was trained with",
    );
  });

  test("and refuses other columns than it was fitted on", async () => {
    let calls = 0;
    class Changes extends OwnMatrix {
      override processX(X: DataFrame) {
        calls++;
        return pl.DataFrame({ [calls > 2 ? "other" : "sum"]: X.getColumn("x") });
      }
    }
    const error = await failure(() => train({ Preprocessor: Changes }));
    expect(error.message).toBe('The model lacks column "sum" and was not fitted on column "other"');
  });
});

describe("trainModel() refuses", () => {
  const overrides = (methods: object) => {
    class Changed extends Scale {}
    Object.assign(Changed.prototype, methods);
    return Changed;
  };
  const splitMessage = "Preprocessor.splitXy must return { X, y } with a DataFrame X";
  const yMessage = (nRows: number) => `Preprocessor.processY must return one value a row, ${nRows} in all`;

  test.each([
    ["no result of splitXy", { splitXy: () => undefined }, splitMessage],
    ["an async splitXy", { splitXy: async () => undefined }, splitMessage],
    ["a splitXy without y", { splitXy: (X: DataFrame) => ({ X }) }, splitMessage],
    ["an X that is no frame", { splitXy: () => ({ X: [[1]], y: [1] }) }, splitMessage],
    [
      "an X that lacks a feature",
      { splitXy: (data: DataFrame) => ({ X: data.select("x"), y: data.getColumn("level") }) },
      'The data of Preprocessor.splitXy do not fit features.yaml\n  Column "z" is missing; there are "x"',
    ],
    [
      "an async fitX",
      { fitX: () => Promise.reject(new Error("later")) },
      "Preprocessor.fitX must not be async",
    ],
    ["an async fitY", { fitY: async () => undefined }, "Preprocessor.fitY must not be async"],
    [
      "a list from processX",
      { processX: () => [[1]] },
      "Preprocessor.processX must return a Matrix or a DataFrame, not an Array",
    ],
    [
      "an async processX",
      { processX: async () => undefined },
      "Preprocessor.processX must return a Matrix or a DataFrame, not a Promise",
    ],
    ["a processY that returns nothing", { processY: () => undefined }, yMessage(30)],
    ["a processY of another length", { processY: () => ["low"] }, yMessage(30)],
    ["a processY that returns text", { processY: () => "low" }, yMessage(30)],
  ])("%s", async (_what, methods, message) => {
    const error = await failure(() => train({ Preprocessor: overrides(methods) }));
    expect(error.message).toBe(message);
    expect(error.exitCode).toBe(3);
  });

  test.each([
    [
      "nothing from trainModel",
      { trainModel: () => undefined },
      "trainModel must return a fitted estimator of mlt",
    ],
    [
      "another library's model",
      { trainModel: () => ({ predict: () => [] }) },
      "trainModel must return a fitted estimator of mlt",
    ],
    [
      "a regressor for a classification",
      { trainModel: (X: Matrix) => new LinearRegression().fit(X, rows.slice(0, X.nRows)) },
      "trainModel returned a regressor, and features.yaml says task: classification",
    ],
    [
      "classes in another order than the probabilities",
      { getClasses: () => ["low", "high"] },
      "getClasses returned [low, high], and the model's probabilities stand in the order [high, low]",
    ],
    [
      "other classes than the model's",
      { getClasses: () => ["high"] },
      "getClasses returned [high], and the model's probabilities stand in the order [high, low]",
    ],
  ])("%s", async (_what, changes, message) => {
    expect((await failure(() => train(changes))).message).toBe(message);
  });

  test("a feature with the name of an output", async () => {
    const data = numbers.data.rename({ z: "label" });
    const features = numbers.spec.features.map((feature) => ({
      ...feature,
      name: feature.name === "z" ? "label" : feature.name,
    }));
    const error = await failure(() => train({ data, spec: { ...numbers.spec, features } }));
    expect(error.message).toBe('A feature is called "label", the name of an output of the model');
  });
});

describe("trainModel() with bounds and a model in place", () => {
  const always = (label: string) => ({
    trainModel: (X: Matrix, y: Series) => new DummyClassifier({ strategy: "most_frequent" }).fit(X, y),
    label,
  });

  test("keeps a model that reaches its bounds, and refuses one that does not", async () => {
    await train({}, { bounds: [{ metric: "accuracy", bound: 0.9 }] });
    // Half of the rows are of either class, so one label for all is right in half of them.
    const error = await failure(() =>
      train(always("high"), { bounds: [{ metric: "accuracy", bound: 0.9 }] }),
    );
    expect(error.message).toBe("The new model is not good enough: accuracy 0.5 is under 0.9");
  });

  test("scores the model in place on the same held-out rows, and refuses a worse one", async () => {
    const good = await open(await train());
    const poor = await open(await train(always("high")));
    try {
      const { comparison } = await train({}, { inPlace: poor });
      expect(comparison?.inPlace["accuracy"]).toBe(0.5);
      expect(comparison?.verdict).toBe("better");
      expect((await train({}, { inPlace: good })).comparison?.verdict).toBe("same");
      const error = await failure(() => train(always("high"), { inPlace: good }));
      expect(error.message).toStartWith(
        "The new model is worse than the one in place: accuracy 0.5 against ",
      );
    } finally {
      await Promise.all([good.close(), poor.close()]);
    }
  });

  test("warns where the model in place may have learned from rows that are held out now", async () => {
    const inPlace = await open(await train());
    try {
      const fair = await train({}, { inPlace });
      expect(fair.warnings.filter((warning) => warning.includes("in place"))).toEqual([]);
      const { warnings } = await train({}, { inPlace, seed: 7 });
      expect(warnings).toContain(
        `The model in place was trained with the seed ${inPlace.card.seed}: it may have learned from rows that are held out now, which favours it.`,
      );
      const told: string[] = [];
      const steps = { ...silentSteps, warn: (text: string) => void told.push(text) };
      await failure(() => train(always("high"), { inPlace, seed: 7, steps }));
      expect(told.filter((warning) => warning.includes("which favours it"))).toHaveLength(1);
    } finally {
      await inPlace.close();
    }
  });

  test("compares labels as processY makes them", async () => {
    class Renames extends Scale {
      override processY(y: Series) {
        return y.toArray().map((level) => (level === "low" ? "L" : "H"));
      }
    }
    const changes = { Preprocessor: Renames };
    const trained = await train(changes);
    const inPlace = await open(trained, changes);
    try {
      const again = await train(changes, { inPlace });
      expect(again.comparison?.inPlace).toEqual(trained.artifact.card.metrics.test);
    } finally {
      await inPlace.close();
    }
  });

  test("does not compare where splitXy drops rows, or where the other predicts something else", async () => {
    class Drops extends Scale {
      override splitXy(data: DataFrame) {
        return super.splitXy(data.filter(pl.col("x").gt(0.5)));
      }
    }
    const inPlace = await open(await train());
    try {
      const dropped = await failure(() => train({ Preprocessor: Drops }, { inPlace }));
      expect(dropped.message).toBe("Cannot compare with the model in place: Preprocessor.splitXy drops rows");
      const card = { ...inPlace.card, target: "price" };
      const other = await failure(() => train({}, { inPlace: { ...inPlace, card } }));
      expect(other.message).toBe(
        'Cannot compare with the model in place: it predicts "price" (classification)',
      );
      const recoded = { ...inPlace.card, classes: ["HIGH", "LOW"] };
      const classes = await failure(() => train({}, { inPlace: { ...inPlace, card: recoded } }));
      expect(classes.message).toBe(
        "Cannot compare with the model in place: its classes are [HIGH, LOW], the new ones [high, low]",
      );
    } finally {
      await inPlace.close();
    }
  });
});
