import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { MltError } from "../errors.ts";
import { featureTypes } from "../features/feature-spec.ts";

const text = Type.String();
const number = Type.Number();
const record = <Item extends TSchema>(item: Item) => Type.Record(Type.String(), item);
const list = <Item extends TSchema>(item: Item) => Type.Array(item);
const oneOf = <const Names extends readonly string[]>(names: Names) =>
  Type.Unsafe<Names[number]>(Type.Union(names.map((name) => Type.Literal(name))));

/** Scores by name: accuracy, f1_macro … of a classifier; rmse, r2 … of a regressor. */
const MetricsSchema = record(number);
export type Metrics = DeepReadonly<Static<typeof MetricsSchema>>;

/** How a feature, or the prediction, was spread over the training rows: what drift is measured against. */
const DistributionSchema = Type.Union([
  Type.Object({ kind: Type.Literal("number"), edges: list(number), counts: list(number), missing: number }),
  Type.Object({ kind: Type.Literal("category"), counts: record(number), missing: number }),
]);
export type Distribution = DeepReadonly<Static<typeof DistributionSchema>>;

/** A request kept with the answer that the trained model gave: checked at every load. */
const GoldenSchema = Type.Object({
  row: record(Type.Union([number, text, Type.Boolean(), Type.Null()])),
  class_name: Type.Optional(text),
  probabilities: Type.Optional(list(number)),
  prediction: Type.Optional(number),
});
export type Golden = DeepReadonly<Static<typeof GoldenSchema>>;

const FeatureSchema = Type.Object({
  name: text,
  type: oneOf(featureTypes),
  nullable: Type.Boolean(),
  min: Type.Optional(number),
  max: Type.Optional(number),
  values: Type.Optional(list(text)),
  description: Type.Optional(text),
});

/** How rows were held out; absent in what older versions wrote. */
const SplitSchema = Type.Object({
  strategy: oneOf(["random", "group", "time"]),
  /** Of the group or time of each row. */
  column: Type.Optional(text),
  test_size: number,
});

/** Scores of the folds by metric: their mean, their standard deviation (ddof 0), and each. */
const CrossValidationSchema = Type.Object({
  folds: number,
  metrics: record(Type.Object({ mean: number, std: number, scores: list(number) })),
});

/** model.json: what the artifact says of itself. */
const ModelCardSchema = Type.Object({
  schema_version: Type.Literal(1),
  /** UUID, new with every training. */
  id: text,
  name: text,
  version: text,
  /** What the model is for, where config.yaml says so. */
  description: Type.Optional(text),
  /** ISO 8601, UTC. */
  creation_time: text,
  mlt_version: text,
  task: oneOf(["classification", "regression"]),
  features: list(FeatureSchema),
  target: text,
  /** Name of the extra request field, if features.yaml has one. */
  id_name: Type.Optional(text),
  /** Empty for regression. */
  classes: list(text),
  estimator: Type.Object({ name: text, params: record(Type.Unknown()) }),
  metrics: Type.Object({ train: MetricsSchema, test: MetricsSchema }),
  /** Only where folds were asked for. */
  cross_validation: Type.Optional(CrossValidationSchema),
  baseline: Type.Object({ features: record(DistributionSchema), prediction: DistributionSchema }),
  golden: Type.Array(GoldenSchema, { minItems: 1 }),
  seed: number,
  split: Type.Optional(SplitSchema),
  /** Of the rows as loaded, so that two trainings can be compared. */
  data_sha256: text,
  /** Absent outside a git checkout. */
  git_commit: Type.Optional(text),
  /** Only with a `processX` of the project's own: its columns and its fitted state. */
  preprocessor: Type.Optional(Type.Object({ columns: list(text), state: Type.Unknown() })),
  /** Hex SHA-256 of every other file of the artifact, by name. */
  sha256: Type.Record(
    Type.String({ pattern: "^[a-z0-9][a-z0-9._-]*$" }),
    Type.String({ pattern: "^[0-9a-f]{64}$" }),
    {
      additionalProperties: false,
    },
  ),
});
export type ModelCard = DeepReadonly<Static<typeof ModelCardSchema>>;

type DeepReadonly<T> = T extends object ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> } : T;

const retrain = "Train the model again with mlt train, or put the folder back as it was written.";

/**
 * Reads model.json.
 *
 * @param path  how the file is called in an error
 * @throws {MltError} when it is cut off, of another schema version, or was changed into something else
 */
export function parseModelCard(json: string, path: string): ModelCard {
  let card: unknown;
  try {
    card = JSON.parse(json);
  } catch (cause) {
    throw new MltError(`"${path}" is cut off or is not JSON`, { hint: retrain, cause });
  }
  const version =
    typeof card === "object" && card !== null && "schema_version" in card ? card.schema_version : null;
  if (version !== 1) {
    throw new MltError(`"${path}" has schema version ${JSON.stringify(version)}, and this mlt reads 1`, {
      hint: "Train the model again with this version of mlt.",
    });
  }
  if (Value.Check(ModelCardSchema, card)) return card;
  const problem = Value.Errors(ModelCardSchema, card).First();
  throw new MltError(`"${path}" is no model card: ${problem?.path || "/"} is not as it was written`, {
    hint: retrain,
  });
}
