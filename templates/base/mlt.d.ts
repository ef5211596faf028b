// What your code can import from "mlt" and "mlt/testing".
// For you and your editor to read: mlt brings these modules itself, there is nothing to install.

declare module "mlt" {
  // ---------------------------------------------------------------- data

  /** A column of a data frame. A polars `Series` is one. */
  export interface Column {
    readonly name: string;
    /** The values in row order; a missing one is `null`. */
    toArray(): unknown[];
  }

  /** A data frame. A polars `DataFrame` is one. */
  export interface Frame {
    readonly columns: string[];
    /** Number of rows. */
    readonly height: number;
    getColumn(name: string): Column;
  }

  /** Numbers by row and column: what transformers return, and what models are fitted on. */
  export interface Matrix {
    /** Column names, in order. */
    readonly columns: readonly string[];
    readonly nRows: number;
    /** Row after row, n_rows × n_columns numbers; a missing value is `NaN`. */
    readonly data: Float64Array;
    /** Names of the columns that hold codes of categories rather than quantities. */
    readonly categorical: readonly string[];
  }

  /** What `fit`, `predict` and `transform` take: a matrix, or a data frame. Models need every column to be numbers. */
  export type Features = Matrix | Frame;

  /** Class labels of n_rows, compared as text: strings, integers or booleans, or a column of them. */
  export type Labels = ArrayLike<unknown> | { toArray(): unknown[] };

  /** Numbers to predict, one a row, or a column of them. */
  export type Targets = ArrayLike<number> | { toArray(): unknown[] };

  /** One weight for each row: a row of weight 2 counts as two rows, one of weight 0 as none. */
  export type Weights = ArrayLike<number> | { toArray(): unknown[] };

  /** What a model may be told about the rows beside X and y. */
  export interface FitOptions {
    /** By default every row weighs 1. */
    readonly sampleWeight?: Weights;
  }

  // ---------------------------------------------------------------- what models and transformers have in common

  /** A model that predicts one of k classes. */
  export interface Classifier {
    readonly kind: "classifier";
    /** The class's name, as in the report. */
    readonly name: string;
    /** The options it was made with, defaults included. */
    readonly params: Readonly<Record<string, unknown>>;
    /**
     * Learns from the rows of X and their labels y; fitting again forgets the first time.
     *
     * @returns itself, so that `new LogisticRegression().fit(X, y)` is a fitted model
     * @throws {MltError} when X holds text or missing values, the lengths differ, or y is empty or lacks a value
     */
    fit(X: Features, y: Labels, options?: FitOptions): this;
    /** The k labels, sorted (as numbers where all are integers): the order of `predictProba`'s columns. */
    readonly classes: readonly string[];
    /** The most probable class of each row. */
    predict(X: Features): string[];
    /** Probabilities, n_rows × k, row after row; each row sums to 1, columns in the order of `classes`. */
    predictProba(X: Features): Float64Array;
  }

  /** A model that predicts a number. */
  export interface Regressor {
    readonly kind: "regressor";
    /** The class's name, as in the report. */
    readonly name: string;
    /** The options it was made with, defaults included. */
    readonly params: Readonly<Record<string, unknown>>;
    /**
     * Learns from the rows of X and their numbers y; fitting again forgets the first time.
     *
     * @returns itself, so that `new Ridge().fit(X, y)` is a fitted model
     * @throws {MltError} when X holds text or missing values, the lengths differ, or y is empty or not finite
     */
    fit(X: Features, y: Targets, options?: FitOptions): this;
    /** One prediction a row. */
    predict(X: Features): Float64Array;
  }

  /** Turns the columns of a data frame, or another transformer's matrix, into numbers that a model can read. */
  export interface Transformer {
    readonly name: string;
    /** Learns from the columns, and from y if it is a TargetEncoder. @returns itself */
    fit(X: Features, y?: Labels | Targets): this;
    /**
     * The transformed columns. Of the very rows that it was fitted on, what a model is to be fitted on: a TargetEncoder
     * cross-fits these.
     *
     * @throws {MltError} before `fit`, or for columns other than those it was fitted on
     */
    transform(X: Features): Matrix;
    /** `fit`, then `transform`. */
    fitTransform(X: Features, y?: Labels | Targets): Matrix;
    /** What it has learned, as JSON. */
    toJSON(): unknown;
    /** Takes back what `toJSON` gave. @returns itself */
    restore(state: unknown): this;
  }

  // ---------------------------------------------------------------- models that predict a class

  /** Logistic regression: linear and fast, with probabilities that can be trusted. Scale the features first. */
  export class LogisticRegression {
    constructor(options?: {
      /** How closely it may follow the data: smaller means smaller weights. Default 1. */
      readonly C?: number;
      /**
       * What keeps the coefficients small: `"l2"` their squares, `"l1"` their absolute values, which makes some of them exactly 0,
       * `"elasticnet"` both, and `null` nothing. Default `"l2"`.
       */
      readonly penalty?: "l1" | "l2" | "elasticnet" | null;
      /** Of `"elasticnet"`, the share of the absolute values: 0 is `"l2"` and 1 is `"l1"`. Default null. */
      readonly l1Ratio?: number | null;
      /** Whether to learn an intercept. Default true. */
      readonly fitIntercept?: boolean;
      /** Most steps. Default 100. */
      readonly maxIter?: number;
      /** The last step, in coefficients of standardised columns, is smaller than this. Default 1e-4. */
      readonly tol?: number;
      /** A weight for the rows of each label; `"balanced"` lets every label weigh the same in all. Default null: each row weighs 1. */
      readonly classWeight?: "balanced" | { [label: string]: number } | null;
    });
  }
  export interface LogisticRegression extends Classifier {
    /** One coefficient a column for each class; with two classes only those of the second. */
    readonly coef: readonly Float64Array[];
    /** As many as rows of `coef`. */
    readonly intercept: Float64Array;
    /** Steps taken. */
    readonly nIter: number;
    /** Whether `tol` was reached within `maxIter` steps. */
    readonly converged: boolean;
  }

  /** Many small trees, each mending what the others leave: strong on tables, no scaling needed, reads missing values. */
  export class HistGradientBoostingClassifier {
    constructor(options?: {
      /** Share of a tree's answer that is taken: smaller needs more trees and often predicts better. Default 0.1. */
      readonly learningRate?: number;
      /** Trees to grow, one after the other, for each of more than two classes. Default 100. */
      readonly maxIter?: number;
      /** Most leaves of a tree, or null. Default 31. */
      readonly maxLeafNodes?: number | null;
      /** Most questions from the root to a leaf, or null. Default null. */
      readonly maxDepth?: number | null;
      /** Fewest rows in a leaf. Default 20. */
      readonly minSamplesLeaf?: number;
      /** Makes the answers of small leaves smaller. Default 0. */
      readonly l2Regularization?: number;
      /** Share of the columns that a split looks at, drawn anew for each. Default 1. */
      readonly maxFeatures?: number;
      /** Most values of a column that are told apart, from 2 to 255. Default 255. */
      readonly maxBins?: number;
      /** Columns of category codes, 0 to 254, to be split by category; `"from_dtype"` takes those of an `OrdinalEncoder`. Default `"from_dtype"`. */
      readonly categoricalFeatures?: "from_dtype" | string[] | null;
      /** Columns as whose values rise, predictions must not fall (1) or not rise (-1). Default null. */
      readonly monotonicCst?: { [column: string]: 1 | 0 | -1 } | null;
      /** Whether to stop when the loss of held-out rows falls no more; `"auto"` with more than 10,000 rows. Default `"auto"`. */
      readonly earlyStopping?: "auto" | boolean;
      /** What tells when to stop. Default `"loss"`. */
      readonly scoring?: "loss";
      /** Share of the rows that is held out for that; null watches the rows that are learned from. Default 0.1. */
      readonly validationFraction?: number | null;
      /** Trees without progress before it stops. Default 10. */
      readonly nIterNoChange?: number;
      /** How much the loss must fall to count as progress. Default 1e-7. */
      readonly tol?: number;
      /** Seed of what is drawn at random. Default: the project's `train.seed`. */
      readonly randomState?: number;
      /** A weight for the rows of each label; `"balanced"` lets every label weigh the same in all. Default null: each row weighs 1. */
      readonly classWeight?: "balanced" | { [label: string]: number } | null;
    });
  }
  export interface HistGradientBoostingClassifier extends Classifier {
    /** Trees grown, for each of more than two classes. */
    readonly nIter: number;
  }

  /** The mean of large trees that each saw other rows and columns: good with no tuning, reads missing values. */
  export class RandomForestClassifier {
    constructor(options?: {
      /** Trees. Default 100. */
      readonly nEstimators?: number;
      /** Most questions from the root to a leaf, or null. Default null. */
      readonly maxDepth?: number | null;
      /** Fewest rows that are split. Default 2. */
      readonly minSamplesSplit?: number;
      /** Fewest rows in a leaf; larger makes a smaller model. Default 1. */
      readonly minSamplesLeaf?: number;
      /** Columns that a split looks at: a number of them, a share up to 1, or null for all. Default `"sqrt"`. */
      readonly maxFeatures?: "sqrt" | "log2" | number | null;
      /** Most leaves of a tree, or null. Default null. */
      readonly maxLeafNodes?: number | null;
      /** How much a split must lower the impurity. Default 0. */
      readonly minImpurityDecrease?: number;
      /** Whether each tree learns from rows drawn with replacement. Default true. */
      readonly bootstrap?: boolean;
      /** Rows that are drawn: a number of them, a share up to 1, or null for as many as there are. Default null. */
      readonly maxSamples?: number | null;
      /** Seed of what is drawn at random. By default the project's seed. */
      readonly randomState?: number;
      /** What a split is judged by; `"log_loss"` is `"entropy"`. Default `"gini"`. */
      readonly criterion?: "gini" | "entropy" | "log_loss";
      /** Weights of the classes; `"balanced"` gives each the same in all. Default null. */
      readonly classWeight?: "balanced" | Record<string, number> | null;
    });
  }
  export interface RandomForestClassifier extends Classifier {}

  /** Guesses without looking at the features: the score to beat. */
  export class DummyClassifier {
    constructor(options?: {
      /** `"prior"` says how often each class occurred, `"most_frequent"` is certain of the most frequent. Default `"prior"`. */
      readonly strategy?: "prior" | "most_frequent";
    });
  }
  export interface DummyClassifier extends Classifier {}

  // ---------------------------------------------------------------- models that predict a number

  /** Ordinary least squares; where columns depend on each other, the solution with the smallest coefficients. */
  export class LinearRegression {
    constructor(options?: {
      /** Whether to learn an intercept. Default true. */
      readonly fitIntercept?: boolean;
    });
  }
  export interface LinearRegression extends Regressor {
    /** One coefficient a column. */
    readonly coef: Float64Array;
    readonly intercept: number;
  }

  /** Least squares that keeps the coefficients small: steadier where features tell the same story. Scale them first. */
  export class Ridge {
    constructor(options?: {
      /** How small: 0 is ordinary least squares. Default 1. */
      readonly alpha?: number;
      /** Whether to learn an intercept. Default true. */
      readonly fitIntercept?: boolean;
    });
  }
  export interface Ridge extends Regressor {
    /** One coefficient a column. */
    readonly coef: Float64Array;
    readonly intercept: number;
  }

  /** Least squares that makes coefficients exactly 0: it picks the features that matter. Scale them first. */
  export class Lasso {
    constructor(options?: {
      /** How many: more of them the larger it is. Default 1. */
      readonly alpha?: number;
      /** Whether to learn an intercept. Default true. */
      readonly fitIntercept?: boolean;
      /** Most cycles over the coefficients. Default 1000. */
      readonly maxIter?: number;
      /** The search ends within this, times the squared target, of the minimum. Default 1e-4. */
      readonly tol?: number;
    });
  }
  export interface Lasso extends Regressor {
    /** One coefficient a column. */
    readonly coef: Float64Array;
    readonly intercept: number;
    /** Cycles taken. */
    readonly nIter: number;
    /** How far above its minimum the function is, at most. */
    readonly dualGap: number;
    /** Whether `tol` was reached within `maxIter` cycles. */
    readonly converged: boolean;
  }

  /** Lasso and Ridge in one: features that tell the same story stay or go together. Scale them first. */
  export class ElasticNet {
    constructor(options?: {
      /** How small the coefficients are kept. Default 1. */
      readonly alpha?: number;
      /** The share of the Lasso: 1 is Lasso. Default 0.5. */
      readonly l1Ratio?: number;
      /** Whether to learn an intercept. Default true. */
      readonly fitIntercept?: boolean;
      /** Most cycles over the coefficients. Default 1000. */
      readonly maxIter?: number;
      /** The search ends within this, times the squared target, of the minimum. Default 1e-4. */
      readonly tol?: number;
    });
  }
  export interface ElasticNet extends Regressor {
    /** One coefficient a column. */
    readonly coef: Float64Array;
    readonly intercept: number;
    /** Cycles taken. */
    readonly nIter: number;
    /** How far above its minimum the function is, at most. */
    readonly dualGap: number;
    /** Whether `tol` was reached within `maxIter` cycles. */
    readonly converged: boolean;
  }

  /** Many small trees, each mending what the others leave: strong on tables, no scaling needed, reads missing values. */
  export class HistGradientBoostingRegressor {
    constructor(options?: {
      /**
       * What is made small: `"absolute_error"` predicts medians, `"quantile"` what a share of targets lies below, `"poisson"` suits counts,
       * `"gamma"` positive numbers. Default `"squared_error"`, which predicts means.
       */
      readonly loss?: "squared_error" | "absolute_error" | "gamma" | "poisson" | "quantile";
      /** The share, with the loss `"quantile"`. Default null. */
      readonly quantile?: number | null;
      /** Share of a tree's answer that is taken: smaller needs more trees and often predicts better. Default 0.1. */
      readonly learningRate?: number;
      /** Trees to grow, one after the other. Default 100. */
      readonly maxIter?: number;
      /** Most leaves of a tree, or null. Default 31. */
      readonly maxLeafNodes?: number | null;
      /** Most questions from the root to a leaf, or null. Default null. */
      readonly maxDepth?: number | null;
      /** Fewest rows in a leaf. Default 20. */
      readonly minSamplesLeaf?: number;
      /** Makes the answers of small leaves smaller. Default 0. */
      readonly l2Regularization?: number;
      /** Share of the columns that a split looks at, drawn anew for each. Default 1. */
      readonly maxFeatures?: number;
      /** Most values of a column that are told apart, from 2 to 255. Default 255. */
      readonly maxBins?: number;
      /** Columns of category codes, 0 to 254, to be split by category; `"from_dtype"` takes those of an `OrdinalEncoder`. Default `"from_dtype"`. */
      readonly categoricalFeatures?: "from_dtype" | string[] | null;
      /** Columns as whose values rise, predictions must not fall (1) or not rise (-1). Default null. */
      readonly monotonicCst?: { [column: string]: 1 | 0 | -1 } | null;
      /** Whether to stop when the loss of held-out rows falls no more; `"auto"` with more than 10,000 rows. Default `"auto"`. */
      readonly earlyStopping?: "auto" | boolean;
      /** What tells when to stop. Default `"loss"`. */
      readonly scoring?: "loss";
      /** Share of the rows that is held out for that; null watches the rows that are learned from. Default 0.1. */
      readonly validationFraction?: number | null;
      /** Trees without progress before it stops. Default 10. */
      readonly nIterNoChange?: number;
      /** How much the loss must fall to count as progress. Default 1e-7. */
      readonly tol?: number;
      /** Seed of what is drawn at random. Default: the project's `train.seed`. */
      readonly randomState?: number;
    });
  }
  export interface HistGradientBoostingRegressor extends Regressor {
    /** Trees grown. */
    readonly nIter: number;
  }

  /** The mean of large trees that each saw other rows: good with no tuning, reads missing values. */
  export class RandomForestRegressor {
    constructor(options?: {
      /** Trees. Default 100. */
      readonly nEstimators?: number;
      /** Most questions from the root to a leaf, or null. Default null. */
      readonly maxDepth?: number | null;
      /** Fewest rows that are split. Default 2. */
      readonly minSamplesSplit?: number;
      /** Fewest rows in a leaf; larger makes a smaller model. Default 1. */
      readonly minSamplesLeaf?: number;
      /** Columns that a split looks at: a number of them, a share up to 1, or null for all. Default 1, which is all. */
      readonly maxFeatures?: "sqrt" | "log2" | number | null;
      /** Most leaves of a tree, or null. Default null. */
      readonly maxLeafNodes?: number | null;
      /** How much a split must lower the impurity. Default 0. */
      readonly minImpurityDecrease?: number;
      /** Whether each tree learns from rows drawn with replacement. Default true. */
      readonly bootstrap?: boolean;
      /** Rows that are drawn: a number of them, a share up to 1, or null for as many as there are. Default null. */
      readonly maxSamples?: number | null;
      /** Seed of what is drawn at random. By default the project's seed. */
      readonly randomState?: number;
      /** What a split is judged by. */
      readonly criterion?: "squared_error";
    });
  }
  export interface RandomForestRegressor extends Regressor {}

  /** Predicts the same number for every row: the score to beat. */
  export class DummyRegressor {
    constructor(options?: {
      /** Default `"mean"`. */
      readonly strategy?: "mean" | "median";
    });
  }
  export interface DummyRegressor extends Regressor {
    /** The number. */
    readonly constant: number;
  }

  // ---------------------------------------------------------------- transformers

  /**
   * Puts a value where one is missing: `null` or `NaN` among numbers, `null` or `""` among text.
   * Text stays text: follow it with a OneHotEncoder in a `pipeline`.
   */
  export class SimpleImputer {
    constructor(options?: {
      /**
       * The mean, median or most frequent value of the rows it is fitted on, or `fillValue` for `"constant"`.
       * Text can only be `"most_frequent"` or `"constant"`. Default `"mean"`.
       */
      readonly strategy?: "mean" | "median" | "most_frequent" | "constant";
      /** Default 0 for numbers, `"missing_value"` for text. */
      readonly fillValue?: number | string;
      /** Whether to add a column of 0 and 1 for each column that lacks values in `fit`: `missingindicator_age`. Default false. */
      readonly addIndicator?: boolean;
    });
  }
  export interface SimpleImputer extends Transformer {}

  /** Subtracts each column's mean and divides by its standard deviation. Missing values stay missing. */
  export class StandardScaler {
    constructor(options?: {
      /** Whether to subtract the mean. Default true. */
      readonly withMean?: boolean;
      /** Whether to divide by the standard deviation. Default true. */
      readonly withStd?: boolean;
    });
  }
  export interface StandardScaler extends Transformer {}

  /** Brings each column to a range: its smallest value in `fit` to the first end, its largest to the second. */
  export class MinMaxScaler {
    constructor(options?: {
      /** Default [0, 1]. */
      readonly featureRange?: readonly [number, number];
      /** Whether values beyond those of `fit` are kept within the range. Default false. */
      readonly clip?: boolean;
    });
  }
  export interface MinMaxScaler extends Transformer {}

  /** Subtracts each column's median and divides by the distance of two quantiles: outliers do not disturb it. */
  export class RobustScaler {
    constructor(options?: {
      /** Whether to subtract the median. Default true. */
      readonly withCentering?: boolean;
      /** Whether to divide by the distance. Default true. */
      readonly withScaling?: boolean;
      /** The two quantiles, in percent. Default [25, 75]. */
      readonly quantileRange?: readonly [number, number];
    });
  }
  export interface RobustScaler extends Transformer {}

  /** The natural logarithm of 1 + x, for amounts and counts with a long tail. It takes numbers above -1. */
  export class LogTransformer {
    constructor();
  }
  export interface LogTransformer extends Transformer {}

  /**
   * Makes a column of 0 and 1 of each value that it saw in `fit`: `colour_red`, `colour_green`.
   * A missing value, and one that it did not see, is 0 in all of them; to keep missing values apart, put a
   * `SimpleImputer` with the strategy `"constant"` before it.
   */
  export class OneHotEncoder {
    constructor(options?: {
      /** There is no other choice: what a request may hold is said by `values` in features.yaml. Default `"ignore"`. */
      readonly handleUnknown?: "ignore";
      /** Leaves out the first value, which the others imply: of every column, or of those with two. Default `null`. */
      readonly drop?: "first" | "if_binary" | null;
    });
  }
  export interface OneHotEncoder extends Transformer {}

  /**
   * Numbers the values that it saw in `fit`, sorted, from 0: for models of trees, which it tells that the column holds
   * categories. A missing value, and one that it did not see, is `NaN`.
   */
  export class OrdinalEncoder {
    constructor();
  }
  export interface OrdinalEncoder extends Transformer {}

  /**
   * Puts the mean target of its category in the place of each value: for columns of many categories. It needs y, so
   * write `fitX(X, y)` in the Preprocessor and give both to `fit(X, y)`. The rows that it is fitted on are encoded by
   * folds, each by the rows of the others, so that no row is shown its own target.
   */
  export class TargetEncoder {
    constructor(options?: {
      /** What y is; whole numbers are classes unless this says `"continuous"`. Default `"auto"`. */
      readonly targetType?: "auto" | "binary" | "multiclass" | "continuous";
      /** How many rows of the mean of all are added to each category. Default `"auto"`, by the variances. */
      readonly smooth?: "auto" | number;
      /** Folds that encode the training rows. Default 5. */
      readonly cv?: number;
      /** Deals the rows out to the folds. Default 0. */
      readonly randomState?: number;
    });
  }
  export interface TargetEncoder extends Transformer {}

  /**
   * Makes columns of numbers of a date in text, `2024-02-29` or `2024-02-29T08:30:15+01:00`: `ordered_year`. The time is
   * taken as it is written. A missing value, and a text that is no date, is `NaN`; `fit` refuses the latter.
   */
  export class DateParts {
    constructor(options?: {
      /**
       * `weekday` is 0 on Monday, `epochDays` counts days from 1970 with their fraction.
       * Default ["year", "month", "day", "weekday", "hour"].
       */
      readonly parts?: readonly (
        | "year"
        | "quarter"
        | "month"
        | "day"
        | "weekday"
        | "dayOfYear"
        | "hour"
        | "minute"
        | "second"
        | "epochDays"
      )[];
    });
  }
  export interface DateParts extends Transformer {}

  /**
   * Makes a column of each word of a text, or of some words in a row: how often the text has it, times how rare it is. A
   * word has two letters or digits or more. A missing text has no words.
   */
  export class TfidfVectorizer {
    constructor(options?: {
      /** Default true. */
      readonly lowercase?: boolean;
      /** The least and the most words in a row that are a term. Default [1, 1]. */
      readonly ngramRange?: readonly [number, number];
      /** Leaves out terms of fewer texts: below 1 a share, from 1 a number of them. Default 1. */
      readonly minDf?: number;
      /** Leaves out terms of more texts: up to 1 a share, above 1 a number of them. Default 1, all. */
      readonly maxDf?: number;
      /** Keeps so many terms, those that occur most often. Default `null`, all. */
      readonly maxFeatures?: number | null;
      /** Of each row: the square root of the sum of squares, the sum, or nothing, becomes 1. Default `"l2"`. */
      readonly norm?: "l2" | "l1" | null;
      /** Whether rare terms weigh more. Default true. */
      readonly useIdf?: boolean;
      /** Whether this counts one text more, which has every term. Default true. */
      readonly smoothIdf?: boolean;
      /** Whether a term that occurs n times counts 1 + log(n) times. Default false. */
      readonly sublinearTf?: boolean;
    });
  }
  export interface TfidfVectorizer extends Transformer {}

  /** What `makeColumnSelector` returns. */
  export interface ColumnSelector {
    readonly kind: "columnSelector";
  }

  /**
   * Selects the columns of a branch of `columnTransformer` by what they hold or how they are called.
   *
   * @example
   * columnTransformer([
   *   [new StandardScaler(), makeColumnSelector({ dtypeInclude: "number" })],
   *   [new OneHotEncoder(), makeColumnSelector({ dtypeInclude: "text" })],
   * ])
   */
  export function makeColumnSelector(options?: {
    /** Columns of numbers (booleans too), or of text. Default both. */
    readonly dtypeInclude?: "number" | "text";
    /** A regular expression that matches somewhere in the name. Default any name. */
    readonly pattern?: string;
  }): ColumnSelector;

  /**
   * Different transformers for different columns, their results side by side in this order.
   * It fits copies: the transformers that it is given stay unfitted.
   *
   * @example
   * columnTransformer([
   *   [new StandardScaler(), ["height", "weight"]],
   *   [new OneHotEncoder(), ["colour"]],
   *   ["passthrough", ["age"]],
   * ])
   */
  export function columnTransformer(
    branches: readonly (readonly [Transformer | "passthrough", readonly string[] | ColumnSelector])[],
    options?: {
      /** What becomes of the columns that no branch names: `"passthrough"` puts them last. Default `"drop"`. */
      readonly remainder?: "drop" | "passthrough";
    },
  ): Transformer;

  /**
   * Transformers one after the other, each fitted on what the one before it returns.
   * It fits copies: the transformers that it is given stay unfitted.
   *
   * @example
   * pipeline(new SimpleImputer({ strategy: "median" }), new StandardScaler())
   */
  export function pipeline(...steps: readonly Transformer[]): Transformer;

  // ---------------------------------------------------------------- loading data

  /** A data frame of polars, with all that polars can do. */
  type DataFrame = import("nodejs-polars").DataFrame;

  /** What all loaders take. */
  export interface LoadOptions {
    /** Load at most so many rows, and ask for no more; all of them when absent. */
    readonly nRows?: number | undefined;
  }

  /** What the loaders of files take. */
  export interface FileOptions extends LoadOptions {
    /** Which columns, in this order; others are not even read. All of them when absent. */
    readonly columns?: readonly string[] | undefined;
  }

  export interface CsvOptions extends FileOptions {
    /** Between two values. Default ",". */
    readonly separator?: string | undefined;
    /** Texts that stand for a missing value, beside the empty one. */
    readonly nullValues?: readonly string[] | undefined;
    /** Types of columns that are not to be guessed, such as `{ zip: pl.String }`. */
    readonly dtypes?: Readonly<Record<string, import("nodejs-polars").DataType>> | undefined;
  }

  /**
   * Reads a CSV file with a header, or several by a pattern such as `data/*.csv`; gzip is unpacked on the way.
   * A value that is not of its column's type is an error, not a missing value.
   *
   * @example
   * readCsv(join(import.meta.dirname, "orders.csv"), { nRows, dtypes: { zip: pl.String } })
   */
  export function readCsv(path: string, options?: CsvOptions): Promise<DataFrame>;

  /** Reads a file with one JSON object a line; gzip is unpacked on the way. */
  export function readNdjson(path: string, options?: FileOptions): Promise<DataFrame>;

  /** Reads a Parquet file, or several by a pattern such as `data/*.parquet`. Decimals become 64-bit numbers. */
  export function readParquet(path: string, options?: FileOptions): Promise<DataFrame>;

  /** Reads an Arrow IPC file (Feather version 2), or an Arrow IPC stream. */
  export function readArrow(path: string, options?: FileOptions): Promise<DataFrame>;

  export interface UrlOptions extends CsvOptions {
    /** Of the file; when absent, what the address ends with, or else what the server says it is. */
    readonly format?: "csv" | "ndjson" | "parquet" | "arrow" | undefined;
    /** Sent with the request, such as `{ authorization: "Bearer " + process.env["TOKEN"] }`. */
    readonly headers?: Readonly<Record<string, string>> | undefined;
    /** Longest to wait for the next bytes. Default 30000. */
    readonly timeoutMs?: number | undefined;
    /** Most bytes to take. Default 2 GiB. */
    readonly maxBytes?: number | undefined;
  }

  /** Loads a CSV, NDJSON, Parquet or Arrow file from a web server. */
  export function readUrl(url: string, options?: UrlOptions): Promise<DataFrame>;

  /** What to load from a database that speaks SQL. */
  export interface SqlSource extends LoadOptions {
    /** A SELECT. */
    readonly query?: string | undefined;
    /** The name of a table or a view, in the place of a query. */
    readonly table?: string | undefined;
  }

  export interface ServerSource extends SqlSource {
    /** The connection string, from the environment: a password that is written in code is refused. */
    readonly url: string | undefined;
  }

  /**
   * Loads what a query of PostgreSQL returns, or a table; the server cannot be written to.
   *
   * @example
   * readPostgres({ url: process.env["DATABASE_URL"], query: "SELECT * FROM orders", nRows })
   */
  export function readPostgres(source: ServerSource): Promise<DataFrame>;

  /**
   * Loads what a query of MySQL or MariaDB returns, or a table; the server cannot be written to.
   *
   * @example
   * readMysql({ url: process.env["DATABASE_URL"], table: "orders", nRows })
   */
  export function readMysql(source: ServerSource): Promise<DataFrame>;

  /** Loads what a query of an SQLite file returns, or a table. */
  export function readSqlite(path: string, source: SqlSource): Promise<DataFrame>;

  export interface MongodbSource extends LoadOptions {
    /** The connection string, from the environment: a password that is written in code is refused. */
    readonly url: string | undefined;
    /** Where the connection string does not name it, or names that of the user. */
    readonly database?: string | undefined;
    readonly collection: string;
    /** Which documents, in MongoDB's own terms; all of them when absent. */
    readonly filter?: Readonly<Record<string, unknown>> | undefined;
    /** Which fields, in this order; every field that occurs when absent. */
    readonly fields?: readonly string[] | undefined;
  }

  /** Loads documents of a MongoDB collection: a column for each field, JSON as text where it holds a list or a document. */
  export function readMongodb(source: MongodbSource): Promise<DataFrame>;

  // ---------------------------------------------------------------- errors

  /** A failure that whoever runs mlt can mend: shown as one line and a hint, without a stack. */
  export class MltError extends Error {
    constructor(message: string, options?: {
      /** What to do next, in one sentence. */
      readonly hint?: string | undefined;
      /** Of the command: 3 for configuration, data or a model (the default), 4 for another program or service. */
      readonly exitCode?: number;
      readonly cause?: unknown;
    });
    override readonly name: string;
    readonly hint: string | undefined;
    readonly exitCode: number;
  }
}

declare module "mlt/testing" {
  /** features.yaml, read. */
  export interface FeatureSpec {
    readonly task: "classification" | "regression";
    readonly target: string;
    /** An extra request field that names the row and is never given to the model. */
    readonly id?: string;
    readonly features: readonly Feature[];
  }

  /** One column that the model reads. */
  export interface Feature {
    readonly name: string;
    readonly type: "number" | "integer" | "boolean" | "category" | "string";
    /** Whether a request may send `null`. */
    readonly nullable: boolean;
    /** Inclusive bounds of a `number` or `integer`. */
    readonly min?: number;
    readonly max?: number;
    /** The choices of a `category`. */
    readonly values?: readonly string[];
    readonly description?: string;
  }

  /** The web service, inside the test: no port, no second program. */
  export interface Service {
    /** Answers as `mlt serve` would; `path` begins with `/`. */
    fetch(path: string, init?: RequestInit): Promise<Response>;
    close(): Promise<void>;
  }

  /**
   * Opens this project's service with the model in model_bin, as `mlt train` left it.
   *
   * @param dir  the project's folder; by default the one that the tests run in
   */
  export function openService(dir?: string): Promise<Service>;

  /**
   * Reads this project's features.yaml.
   *
   * @param dir  the project's folder; by default the one that the tests run in
   */
  export function loadFeatures(dir?: string): Promise<FeatureSpec>;
}
