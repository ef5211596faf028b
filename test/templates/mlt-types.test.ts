/// <reference path="../../templates/base/mlt.d.ts" />
import { expect, test } from "bun:test";
import type * as declared from "mlt";
import type * as declaredTesting from "mlt/testing";
import type { readArrow, readParquet } from "../../adapters/data-source/read-columnar.ts";
import type { readCsv } from "../../adapters/data-source/read-csv.ts";
import type { readMongodb } from "../../adapters/data-source/read-mongodb.ts";
import type { readMysql } from "../../adapters/data-source/read-mysql.ts";
import type { readNdjson } from "../../adapters/data-source/read-ndjson.ts";
import type { readPostgres } from "../../adapters/data-source/read-postgres.ts";
import type { readSqlite } from "../../adapters/data-source/read-sqlite.ts";
import type { readUrl } from "../../adapters/data-source/read-url.ts";
import type * as testing from "../../cli/project/testing.ts";
import type * as errors from "../../core/errors.ts";
import type * as features from "../../core/features/feature-spec.ts";
import type { DummyClassifier } from "../../core/learn/dummy/dummy-classifier.ts";
import type { DummyRegressor } from "../../core/learn/dummy/dummy-regressor.ts";
import type { HistGradientBoostingClassifier } from "../../core/learn/ensemble/hist-gradient-boosting-classifier.ts";
import type { HistGradientBoostingRegressor } from "../../core/learn/ensemble/hist-gradient-boosting-regressor.ts";
import type { RandomForestClassifier } from "../../core/learn/ensemble/random-forest-classifier.ts";
import type { RandomForestRegressor } from "../../core/learn/ensemble/random-forest-regressor.ts";
import type * as estimator from "../../core/learn/estimator.ts";
import type * as frame from "../../core/learn/frame.ts";
import type { ElasticNet } from "../../core/learn/linear/elastic-net.ts";
import type { Lasso } from "../../core/learn/linear/lasso.ts";
import type { LinearRegression } from "../../core/learn/linear/linear-regression.ts";
import type { LogisticRegression } from "../../core/learn/linear/logistic-regression.ts";
import type { Ridge } from "../../core/learn/linear/ridge.ts";
import type * as matrix from "../../core/learn/matrix.ts";
import type { ColumnSelector, makeColumnSelector } from "../../core/learn/preprocessing/column-selector.ts";
import type { columnTransformer } from "../../core/learn/preprocessing/column-transformer.ts";
import type { DateParts } from "../../core/learn/preprocessing/date-parts.ts";
import type { LogTransformer } from "../../core/learn/preprocessing/log-transformer.ts";
import type { MinMaxScaler } from "../../core/learn/preprocessing/min-max-scaler.ts";
import type { OneHotEncoder } from "../../core/learn/preprocessing/one-hot-encoder.ts";
import type { OrdinalEncoder } from "../../core/learn/preprocessing/ordinal-encoder.ts";
import type { pipeline } from "../../core/learn/preprocessing/pipeline.ts";
import type { RobustScaler } from "../../core/learn/preprocessing/robust-scaler.ts";
import type { SimpleImputer } from "../../core/learn/preprocessing/simple-imputer.ts";
import type { StandardScaler } from "../../core/learn/preprocessing/standard-scaler.ts";
import type { TargetEncoder } from "../../core/learn/preprocessing/target-encoder.ts";
import type { TfidfVectorizer } from "../../core/learn/preprocessing/text/tfidf-vectorizer.ts";

// The checks are types: `tsc --noEmit` of this repository makes them, the test only keeps them in one place.

/** The same type, with nothing more and nothing less. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** What mlt alone needs, such as the way into an ONNX graph. */
type Internal = "toOnnx" | "trace" | "learn" | "revive";

/** Where ours and the declared type differ only by what is internal, both by one name. */
type Plain<T> = T extends declared.Matrix
  ? "Matrix"
  : T extends declared.Transformer
    ? "Transformer"
    : T extends declared.ColumnSelector
      ? "ColumnSelector"
      : T extends readonly unknown[]
        ? { [Index in keyof T]: Plain<T[Index]> }
        : T;

type Member<Self, T> = T extends (...args: infer Args) => infer Result
  ? (...args: Plain<Args>) => Result extends Self ? "this" : Plain<Result>
  : T;

/** A type as its user sees it. */
type Seen<T> = { [Key in keyof T as Exclude<Key, Internal>]: Member<T, T[Key]> };

/** What a class takes, and what it has beyond its interface. */
type Shape<Class extends abstract new (...args: never) => unknown, Interface> = {
  options: Writable<NonNullable<ConstructorParameters<Class>[0]>>;
  extras: Seen<Omit<InstanceType<Class>, keyof Interface | "params">>;
};
/** What a function takes and returns. */
type Call<T extends (...args: never) => unknown> = {
  args: { [Index in keyof Parameters<T>]: Writable<Plain<Parameters<T>[Index]>> };
  result: Plain<ReturnType<T>>;
};
type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

const same: {
  readonly Column: Same<frame.Column, declared.Column>;
  readonly Frame: Same<frame.Frame, declared.Frame>;
  readonly Matrix: Same<Seen<matrix.Matrix>, Seen<declared.Matrix>>;
  readonly Features: Same<Plain<estimator.Features>, Plain<declared.Features>>;
  readonly Labels: Same<estimator.Labels, declared.Labels>;
  readonly Targets: Same<estimator.Targets, declared.Targets>;
  readonly Weights: Same<estimator.Weights, declared.Weights>;
  readonly FitOptions: Same<estimator.FitOptions, declared.FitOptions>;
  readonly Classifier: Same<Seen<estimator.Classifier>, Seen<declared.Classifier>>;
  readonly Regressor: Same<Seen<estimator.Regressor>, Seen<declared.Regressor>>;
  readonly Transformer: Same<Seen<estimator.Transformer>, Seen<declared.Transformer>>;
  readonly FeatureSpec: Same<features.FeatureSpec, declaredTesting.FeatureSpec>;
  readonly openService: Same<typeof testing.openService, typeof declaredTesting.openService>;
  readonly loadFeatures: Same<typeof testing.loadFeatures, typeof declaredTesting.loadFeatures>;
  readonly MltError: Same<errors.MltError, declared.MltError>;
  readonly MltErrorArguments: Same<
    ConstructorParameters<typeof errors.MltError>,
    ConstructorParameters<typeof declared.MltError>
  >;
  readonly LogisticRegression: Same<
    Shape<typeof LogisticRegression, estimator.Classifier>,
    Shape<typeof declared.LogisticRegression, estimator.Classifier>
  >;
  readonly DummyClassifier: Same<
    Shape<typeof DummyClassifier, estimator.Classifier>,
    Shape<typeof declared.DummyClassifier, estimator.Classifier>
  >;
  readonly LinearRegression: Same<
    Shape<typeof LinearRegression, estimator.Regressor>,
    Shape<typeof declared.LinearRegression, estimator.Regressor>
  >;
  readonly HistGradientBoostingClassifier: Same<
    Shape<typeof HistGradientBoostingClassifier, estimator.Classifier>,
    Shape<typeof declared.HistGradientBoostingClassifier, estimator.Classifier>
  >;
  readonly HistGradientBoostingRegressor: Same<
    Shape<typeof HistGradientBoostingRegressor, estimator.Regressor>,
    Shape<typeof declared.HistGradientBoostingRegressor, estimator.Regressor>
  >;
  readonly RandomForestClassifier: Same<
    Shape<typeof RandomForestClassifier, estimator.Classifier>,
    Shape<typeof declared.RandomForestClassifier, estimator.Classifier>
  >;
  readonly RandomForestRegressor: Same<
    Shape<typeof RandomForestRegressor, estimator.Regressor>,
    Shape<typeof declared.RandomForestRegressor, estimator.Regressor>
  >;
  readonly Ridge: Same<
    Shape<typeof Ridge, estimator.Regressor>,
    Shape<typeof declared.Ridge, estimator.Regressor>
  >;
  readonly Lasso: Same<
    Shape<typeof Lasso, estimator.Regressor>,
    Shape<typeof declared.Lasso, estimator.Regressor>
  >;
  readonly ElasticNet: Same<
    Shape<typeof ElasticNet, estimator.Regressor>,
    Shape<typeof declared.ElasticNet, estimator.Regressor>
  >;
  readonly DummyRegressor: Same<
    Shape<typeof DummyRegressor, estimator.Regressor>,
    Shape<typeof declared.DummyRegressor, estimator.Regressor>
  >;
  readonly SimpleImputer: Same<
    Shape<typeof SimpleImputer, estimator.Transformer>,
    Shape<typeof declared.SimpleImputer, estimator.Transformer>
  >;
  readonly StandardScaler: Same<
    Shape<typeof StandardScaler, estimator.Transformer>,
    Shape<typeof declared.StandardScaler, estimator.Transformer>
  >;
  readonly OneHotEncoder: Same<
    Shape<typeof OneHotEncoder, estimator.Transformer>,
    Shape<typeof declared.OneHotEncoder, estimator.Transformer>
  >;
  readonly LogTransformer: Same<
    Shape<typeof LogTransformer, estimator.Transformer>,
    Shape<typeof declared.LogTransformer, estimator.Transformer>
  >;
  readonly MinMaxScaler: Same<
    Shape<typeof MinMaxScaler, estimator.Transformer>,
    Shape<typeof declared.MinMaxScaler, estimator.Transformer>
  >;
  readonly OrdinalEncoder: Same<
    Shape<typeof OrdinalEncoder, estimator.Transformer>,
    Shape<typeof declared.OrdinalEncoder, estimator.Transformer>
  >;
  readonly RobustScaler: Same<
    Shape<typeof RobustScaler, estimator.Transformer>,
    Shape<typeof declared.RobustScaler, estimator.Transformer>
  >;
  readonly TargetEncoder: Same<
    Shape<typeof TargetEncoder, estimator.Transformer>,
    Shape<typeof declared.TargetEncoder, estimator.Transformer>
  >;
  readonly DateParts: Same<
    Shape<typeof DateParts, estimator.Transformer>,
    Shape<typeof declared.DateParts, estimator.Transformer>
  >;
  readonly TfidfVectorizer: Same<
    Shape<typeof TfidfVectorizer, estimator.Transformer>,
    Shape<typeof declared.TfidfVectorizer, estimator.Transformer>
  >;
  readonly ColumnSelector: Same<Omit<ColumnSelector, "choose">, Omit<declared.ColumnSelector, "choose">>;
  readonly makeColumnSelector: Same<
    Call<typeof makeColumnSelector>,
    Call<typeof declared.makeColumnSelector>
  >;
  readonly columnTransformer: Same<Call<typeof columnTransformer>, Call<typeof declared.columnTransformer>>;
  readonly readArrow: Same<typeof readArrow, typeof declared.readArrow>;
  readonly readCsv: Same<typeof readCsv, typeof declared.readCsv>;
  readonly readMongodb: Same<typeof readMongodb, typeof declared.readMongodb>;
  readonly readMysql: Same<typeof readMysql, typeof declared.readMysql>;
  readonly readNdjson: Same<typeof readNdjson, typeof declared.readNdjson>;
  readonly readParquet: Same<typeof readParquet, typeof declared.readParquet>;
  readonly readPostgres: Same<typeof readPostgres, typeof declared.readPostgres>;
  readonly readSqlite: Same<typeof readSqlite, typeof declared.readSqlite>;
  readonly readUrl: Same<typeof readUrl, typeof declared.readUrl>;
  readonly pipeline: Same<Call<typeof pipeline>, Call<typeof declared.pipeline>>;
} = {
  Column: true,
  Frame: true,
  Matrix: true,
  Features: true,
  Labels: true,
  Targets: true,
  Weights: true,
  FitOptions: true,
  Classifier: true,
  Regressor: true,
  Transformer: true,
  FeatureSpec: true,
  openService: true,
  loadFeatures: true,
  MltError: true,
  MltErrorArguments: true,
  LogisticRegression: true,
  DummyClassifier: true,
  LinearRegression: true,
  HistGradientBoostingClassifier: true,
  HistGradientBoostingRegressor: true,
  RandomForestClassifier: true,
  RandomForestRegressor: true,
  Ridge: true,
  Lasso: true,
  ElasticNet: true,
  DummyRegressor: true,
  SimpleImputer: true,
  StandardScaler: true,
  OneHotEncoder: true,
  LogTransformer: true,
  MinMaxScaler: true,
  OrdinalEncoder: true,
  RobustScaler: true,
  TargetEncoder: true,
  DateParts: true,
  TfidfVectorizer: true,
  ColumnSelector: true,
  makeColumnSelector: true,
  columnTransformer: true,
  readArrow: true,
  readCsv: true,
  readMongodb: true,
  readMysql: true,
  readNdjson: true,
  readParquet: true,
  readPostgres: true,
  readSqlite: true,
  readUrl: true,
  pipeline: true,
};

test("mlt.d.ts declares what mlt has", () => {
  expect(Object.values(same)).not.toContain(false);
});
