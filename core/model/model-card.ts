import type { Row } from "../features/columns.ts";
import type { Feature, Task } from "../features/feature-spec.ts";

/** Scores by name: accuracy, f1_macro … of a classifier; rmse, r2 … of a regressor. */
export type Metrics = Readonly<Record<string, number>>;

/** How a feature, or the prediction, was spread over the training rows: what drift is measured against. */
export type Distribution =
  | {
      readonly kind: "number";
      readonly edges: readonly number[];
      readonly counts: readonly number[];
      readonly missing: number;
    }
  | {
      readonly kind: "category";
      readonly counts: Readonly<Record<string, number>>;
      readonly missing: number;
    };

/** A request kept with the answer that the trained model gave: checked at every load. */
export interface Golden {
  readonly row: Row;
  readonly class_name?: string;
  readonly probabilities?: readonly number[];
  readonly prediction?: number;
}

/** model.json: what the artifact says of itself. */
export interface ModelCard {
  readonly schema_version: 1;
  /** UUID, new with every training. */
  readonly id: string;
  readonly name: string;
  readonly version: string;
  /** ISO 8601, UTC. */
  readonly creation_time: string;
  readonly mlt_version: string;
  readonly task: Task;
  readonly features: readonly Feature[];
  readonly target: string;
  /** Name of the extra request field, if features.yaml has one. */
  readonly id_name?: string;
  /** Empty for regression. */
  readonly classes: readonly string[];
  readonly estimator: { readonly name: string; readonly params: Readonly<Record<string, unknown>> };
  readonly metrics: { readonly train: Metrics; readonly test: Metrics };
  readonly baseline: {
    readonly features: Readonly<Record<string, Distribution>>;
    readonly prediction: Distribution;
  };
  readonly golden: readonly Golden[];
  readonly seed: number;
  /** Of the rows as loaded, so that two trainings can be compared. */
  readonly data_sha256: string;
  /** Absent outside a git checkout. */
  readonly git_commit?: string;
  /** Only with a `processX` of the project's own: its columns and its fitted state. */
  readonly preprocessor?: { readonly columns: readonly string[]; readonly state: unknown };
  /** Hex SHA-256 of every other file of the artifact, by name. */
  readonly sha256: Readonly<Record<string, string>>;
}
