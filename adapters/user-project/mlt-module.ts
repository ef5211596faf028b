// The module "mlt" as a project's code imports it; `templates/base/mlt.d.ts` describes it to an editor.
// biome-ignore-all lint/performance/noBarrelFile: this is a public module, and no file of ours imports it

export { MltError } from "../../core/errors.ts";
export { DummyClassifier } from "../../core/learn/dummy/dummy-classifier.ts";
export { DummyRegressor } from "../../core/learn/dummy/dummy-regressor.ts";
export { ElasticNet } from "../../core/learn/linear/elastic-net.ts";
export { Lasso } from "../../core/learn/linear/lasso.ts";
export { LinearRegression } from "../../core/learn/linear/linear-regression.ts";
export { Ridge } from "../../core/learn/linear/ridge.ts";
export { makeColumnSelector } from "../../core/learn/preprocessing/column-selector.ts";
export { columnTransformer } from "../../core/learn/preprocessing/column-transformer.ts";
export { DateParts } from "../../core/learn/preprocessing/date-parts.ts";
export { LogTransformer } from "../../core/learn/preprocessing/log-transformer.ts";
export { MinMaxScaler } from "../../core/learn/preprocessing/min-max-scaler.ts";
export { OneHotEncoder } from "../../core/learn/preprocessing/one-hot-encoder.ts";
export { OrdinalEncoder } from "../../core/learn/preprocessing/ordinal-encoder.ts";
export { pipeline } from "../../core/learn/preprocessing/pipeline.ts";
export { RobustScaler } from "../../core/learn/preprocessing/robust-scaler.ts";
export { SimpleImputer } from "../../core/learn/preprocessing/simple-imputer.ts";
export { StandardScaler } from "../../core/learn/preprocessing/standard-scaler.ts";
export { TargetEncoder } from "../../core/learn/preprocessing/target-encoder.ts";
export { TfidfVectorizer } from "../../core/learn/preprocessing/text/tfidf-vectorizer.ts";
export { readArrow, readParquet } from "../data-source/read-columnar.ts";
export { readCsv } from "../data-source/read-csv.ts";
export { readMongodb } from "../data-source/read-mongodb.ts";
export { readMysql } from "../data-source/read-mysql.ts";
export { readNdjson } from "../data-source/read-ndjson.ts";
export { readPostgres } from "../data-source/read-postgres.ts";
export { readSqlite } from "../data-source/read-sqlite.ts";
export { readUrl } from "../data-source/read-url.ts";
export {
  HistGradientBoostingClassifier,
  HistGradientBoostingRegressor,
  LogisticRegression,
  RandomForestClassifier,
  RandomForestRegressor,
} from "./project-estimators.ts";
