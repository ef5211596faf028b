import type { Columns } from "../../core/features/columns.ts";
import type { ModelCard } from "../../core/model/model-card.ts";
import { toPredictions } from "../../core/model/predictions.ts";
import type { Predictor } from "../../core/model/predictor.ts";

const names = ["sepal_length", "sepal_width", "petal_length", "petal_width"] as const;
const classes = ["setosa", "versicolor", "virginica"] as const;

/** A small petal is a setosa: scores by class, an intercept and a weight of petal_length; the other columns weigh 0. */
const weights = [
  [9, -3],
  [4, -1],
  [-6, 1],
] as const;

/** A card of the shape that `mlt train` writes, with numbers written by hand. */
export const fixedCard: ModelCard = {
  schema_version: 1,
  id: "3d6f0a52-6d0e-4f5c-9a51-0c8ac2f5f9b7",
  name: "iris",
  version: "1.2.0",
  creation_time: "2026-11-24T03:00:00.000Z",
  mlt_version: "0.1.0",
  task: "classification",
  features: names.map((name) => ({
    name,
    type: "number",
    nullable: false,
    min: 0,
    max: 30,
    description: "cm",
  })),
  target: "species",
  id_name: "ID",
  classes,
  estimator: { name: "FixedSoftmax", params: {} },
  metrics: { train: { accuracy: 0.98 }, test: { accuracy: 0.97 } },
  baseline: {
    features: {},
    prediction: { kind: "category", counts: { setosa: 50, versicolor: 50, virginica: 50 }, missing: 0 },
  },
  golden: [
    {
      row: { sepal_length: 5.1, sepal_width: 3.5, petal_length: 1.4, petal_width: 0.2 },
      class_name: "setosa",
      probabilities: [0.9, 0.1, 0],
    },
    {
      row: { sepal_length: 6.3, sepal_width: 3.3, petal_length: 6, petal_width: 2.5 },
      class_name: "virginica",
      probabilities: [0, 0.1, 0.9],
    },
  ],
  seed: 42,
  data_sha256: "0".repeat(64),
  sha256: {},
};

/** Stands at the Predictor port: a softmax with fixed weights, no ONNX graph behind it. */
export function fixedSoftmaxPredictor(card: ModelCard = fixedCard): Predictor {
  return {
    card,
    score: (columns) => Promise.resolve(softmaxOf(columns)),
    predict: (columns) => Promise.resolve(toPredictions("classification", classes, softmaxOf(columns))),
    close: () => Promise.resolve(),
  };
}

function softmaxOf({ nRows, values }: Columns): Float32Array {
  const petals = values.get("petal_length");
  if (!(petals instanceof Float32Array)) throw new RangeError("petal_length is not a column of numbers");
  const probabilities = new Float32Array(nRows * classes.length);
  for (const [row, petal] of petals.entries()) {
    const scores = weights.map(([intercept, weight]) => Math.exp(intercept + weight * petal));
    const total = scores.reduce((sum, score) => sum + score, 0);
    probabilities.set(
      scores.map((score) => score / total),
      row * classes.length,
    );
  }
  return probabilities;
}

/** Stands at the Predictor port: predicts twice the column `x`. */
export function doublingPredictor(): Predictor {
  const card: ModelCard = {
    ...fixedCard,
    name: "doubling",
    task: "regression",
    target: "y",
    classes: [],
    features: [{ name: "x", type: "number", nullable: false }],
    golden: [{ row: { x: 0.5 }, prediction: 1 }],
  };
  const score = ({ values }: Columns) => {
    const x = values.get("x");
    if (!(x instanceof Float32Array)) throw new RangeError("x is not a column of numbers");
    return Promise.resolve(x.map((value) => 2 * value));
  };
  return {
    card,
    score,
    predict: async (columns) => toPredictions("regression", [], await score(columns)),
    close: () => Promise.resolve(),
  };
}
