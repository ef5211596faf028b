import type { DataFinding } from "../data-quality/data-finding.ts";
import type { Columns } from "../features/columns.ts";
import type { ClassPredictions, NumberPredictions } from "../learn/metrics/evaluation.ts";
import type { FeatureImportance } from "../learn/metrics/permutation-importance.ts";
import type { Interval } from "../learn/metrics/resamples.ts";
import type { Comparison } from "../model/comparison.ts";
import type { ModelCard } from "../model/model-card.ts";

/** What the report says of the model itself: straight from model.json. */
export type ReportCard = Pick<
  ModelCard,
  | "id"
  | "name"
  | "version"
  | "description"
  | "creation_time"
  | "mlt_version"
  | "features"
  | "target"
  | "estimator"
  | "metrics"
  | "cross_validation"
  | "split"
  | "seed"
  | "data_sha256"
  | "git_commit"
>;

/** True and predicted classes of one part of the data. */
export interface ClassResults {
  readonly truth: readonly string[];
  readonly predictions: ClassPredictions;
}

/** True and predicted numbers of one part of the data. */
export interface NumberResults {
  readonly truth: ArrayLike<number>;
  readonly predictions: NumberPredictions;
}

/** Results on the rows that the model learned from, and on those held out. */
export type ReportResults =
  | {
      readonly task: "classification";
      readonly classes: readonly string[];
      readonly train: ClassResults;
      readonly test: ClassResults;
    }
  | { readonly task: "regression"; readonly train: NumberResults; readonly test: NumberResults };

/** Everything that report.html shows; the page adds nothing but arithmetic. */
export interface ReportData {
  readonly card: ReportCard;
  readonly results: ReportResults;
  /** 95 % intervals of the test metrics, by metric; from `bootstrapIntervals`. */
  readonly intervals: Readonly<Record<string, Interval>>;
  /** The model that this one replaces, on the same held-out rows. */
  readonly previous?: { readonly version: string; readonly comparison: Comparison };
  /** Permutation importance on held-out rows, measured by `metric`. */
  readonly importance?: { readonly metric: string; readonly features: readonly FeatureImportance[] };
  /** The rows as loaded, train and test together: for the table of features. */
  readonly columns: Columns;
  /** What was found in them before the training, the most telling first. */
  readonly findings: readonly DataFinding[];
  /** Plain sentences: what a reader should know before trusting the model. */
  readonly warnings: readonly string[];
}
