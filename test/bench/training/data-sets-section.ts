import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { HistGradientBoostingClassifier } from "../../../core/learn/ensemble/hist-gradient-boosting-classifier.ts";
import { HistGradientBoostingRegressor } from "../../../core/learn/ensemble/hist-gradient-boosting-regressor.ts";
import { RandomForestClassifier } from "../../../core/learn/ensemble/random-forest-classifier.ts";
import { RandomForestRegressor } from "../../../core/learn/ensemble/random-forest-regressor.ts";
import type { Classifier, Regressor } from "../../../core/learn/estimator.ts";
import { LogisticRegression } from "../../../core/learn/linear/logistic-regression.ts";
import { Ridge } from "../../../core/learn/linear/ridge.ts";
import { Matrix } from "../../../core/learn/matrix.ts";
import { StandardScaler } from "../../../core/learn/preprocessing/standard-scaler.ts";
import { printTable } from "../serving/table.ts";
import { writeDataSets } from "./contenders.ts";

/** A data set of scikit-learn's, as `test/bench/peers/train.py` writes it. */
interface DataSet {
  readonly name: string;
  readonly columns: number;
  readonly data: readonly number[];
  readonly target: readonly number[];
  readonly isClasses: boolean;
  readonly folds: readonly { readonly train: readonly number[]; readonly test: readonly number[] }[];
  /** Of scikit-learn's models, fold by fold. */
  readonly scores: Readonly<Record<string, readonly number[]>>;
}

export interface DataSetResult {
  readonly dataSet: string;
  readonly model: string;
  readonly ours: number;
  readonly theirs: number;
  /** Of their mean, over the folds. */
  readonly standardError: number;
}

type Maker = () => Classifier | Regressor;

const classifiers: readonly [string, Maker][] = [
  ["boosting", () => new HistGradientBoostingClassifier()],
  ["forest", () => new RandomForestClassifier()],
  ["linear", () => new LogisticRegression()],
];
const regressors: readonly [string, Maker][] = [
  ["boosting", () => new HistGradientBoostingRegressor()],
  ["forest", () => new RandomForestRegressor()],
  ["linear", () => new Ridge()],
];

/** Scores models with their defaults on the folds on which scikit-learn's were scored, and prints both. */
export function dataSetsSection(python: string, dir: string): DataSetResult[] {
  const folder = join(dir, "sets");
  mkdirSync(folder);
  writeDataSets(python, folder);
  const results = readdirSync(folder)
    .sort()
    .flatMap((file) => {
      const dataSet: DataSet = JSON.parse(readFileSync(join(folder, file), "utf8"));
      return (dataSet.isClasses ? classifiers : regressors).map(([model, make]) =>
        compare(dataSet, model, make),
      );
    });
  console.log(
    "Data sets of scikit-learn, five times cross-validated: accuracy, or minus the root mean squared error\n",
  );
  const head = ["", "model", "mlt", "scikit-learn", "difference", "in standard errors"];
  const cells = results.map(({ dataSet, model, ours, theirs, standardError }) => [
    ...[dataSet, model, ours.toFixed(4), theirs.toFixed(4)],
    ...[(ours - theirs).toFixed(4), ((ours - theirs) / standardError).toFixed(2)],
  ]);
  printTable(head, cells);
  return results;
}

function compare(dataSet: DataSet, model: string, make: Maker): DataSetResult {
  const own = dataSet.folds.map(({ train, test }) => foldScore(dataSet, make(), { train, test }));
  const theirs = dataSet.scores[model] ?? [];
  const deviations = theirs.map((score) => (score - mean(theirs)) ** 2);
  const variance = mean(deviations) / (theirs.length - 1);
  return {
    dataSet: dataSet.name,
    model,
    ours: mean(own),
    theirs: mean(theirs),
    standardError: Math.max(Math.sqrt(variance), Number.EPSILON),
  };
}

function foldScore(
  dataSet: DataSet,
  model: Classifier | Regressor,
  { train, test }: DataSet["folds"][number],
): number {
  const scaler = new StandardScaler();
  const isLinear = model instanceof LogisticRegression || model instanceof Ridge;
  const fitted = isLinear ? scaler.fitTransform(rowsOf(dataSet, train)) : rowsOf(dataSet, train);
  const asked = isLinear ? scaler.transform(rowsOf(dataSet, test)) : rowsOf(dataSet, test);
  const targets = (rows: readonly number[]) => rows.map((row) => dataSet.target[row] ?? Number.NaN);
  const truth = targets(test);
  if (model.kind === "classifier") {
    const predicted = model.fit(fitted, targets(train)).predict(asked);
    return mean(truth.map((label, index) => Number(String(label) === predicted[index])));
  }
  const predicted = model.fit(fitted, targets(train)).predict(asked);
  return -Math.sqrt(mean(truth.map((value, index) => (value - (predicted[index] ?? 0)) ** 2)));
}

function rowsOf({ columns, data }: DataSet, rows: readonly number[]): Matrix {
  const names = Array.from({ length: columns }, (_, column) => `x${column}`);
  const values = rows.flatMap((row) => data.slice(row * columns, (row + 1) * columns));
  return new Matrix(names, Float64Array.from(values));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
