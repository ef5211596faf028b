export const featureTypes = ["number", "integer", "boolean", "category", "string"] as const;
export type FeatureType = (typeof featureTypes)[number];

/** One column that the model reads, as features.yaml describes it. */
export interface Feature {
  readonly name: string;
  readonly type: FeatureType;
  /** Whether a request may send `null`, and a row may lack the value. */
  readonly nullable: boolean;
  /** Inclusive bounds of a `number` or `integer`. */
  readonly min?: number;
  readonly max?: number;
  /** The choices of a `category`, never empty; only a `category` has them. */
  readonly values?: readonly string[];
  readonly description?: string;
}

export type Task = "classification" | "regression";

/** features.yaml, read: what the model predicts, from what. */
export interface FeatureSpec {
  readonly task: Task;
  readonly target: string;
  /** An extra request field that names the row and is never given to the model. */
  readonly id?: string;
  readonly features: readonly Feature[];
}

/** Whether the feature travels as text (`category`, `string`) rather than as a number. */
export function isText(feature: Pick<Feature, "type">): boolean {
  return feature.type === "category" || feature.type === "string";
}
