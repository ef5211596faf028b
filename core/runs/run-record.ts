import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";

const text = Type.String();
const number = Type.Number();
const record = <Item extends TSchema>(item: Item) => Type.Record(Type.String(), item);

/** What is known of a model once it is scored, whether or not it is good enough. */
const ScoredSchema = {
  estimator: Type.Object({ name: text, params: record(Type.Unknown()) }),
  metrics: Type.Object({ train: record(number), test: record(number) }),
  /** Of the rows as loaded. */
  data_sha256: text,
  rows: Type.Object({ train: number, test: number }),
  cross_validation: Type.Optional(record(Type.Object({ mean: number, std: number }))),
};

/** One training, as it is kept in .mlt/runs. */
const RunSchema = Type.Object({
  schema_version: Type.Literal(1),
  /** That of the model, which it has whether or not it went in place. */
  id: Type.String({ pattern: "^[0-9a-f-]{8,}$" }),
  /** When it began: ISO 8601, UTC. */
  time: text,
  /** `refused`: the model was not good enough. `failed`: there was no model to judge. */
  outcome: Type.Union([Type.Literal("in place"), Type.Literal("refused"), Type.Literal("failed")]),
  /** Why it was refused or failed. */
  reason: Type.Optional(text),
  task: Type.Union([Type.Literal("classification"), Type.Literal("regression")]),
  target: text,
  version: text,
  mlt_version: text,
  seed: number,
  /** Settings of the training, by their names in config.yaml or on the command line. */
  settings: record(Type.Unknown()),
  /** How long each step took, in their order. */
  steps: Type.Array(Type.Object({ title: text, seconds: number })),
  seconds: number,
  git_commit: Type.Optional(text),
  /** Whether files differed from the commit. */
  git_dirty: Type.Optional(Type.Boolean()),
  ...Type.Partial(Type.Object(ScoredSchema)).properties,
  /** Of the metrics on the held-out rows; only of a model that went in place. */
  intervals: Type.Optional(record(Type.Object({ low: number, high: number }))),
});
export type Run = Static<typeof RunSchema>;

const Scored = Type.Object(ScoredSchema);
export type ScoredRun = Static<typeof Scored>;

/** Why a file is left out. */
export type NoRun = "damaged" | "of another version of mlt";

/** The run that a file holds, or why it holds none that can be read. */
export function parseRun(json: string): Run | NoRun {
  try {
    const run: unknown = JSON.parse(json);
    if (Value.Check(RunSchema, run)) return run;
    return Value.Check(OtherVersion, run) ? "of another version of mlt" : "damaged";
  } catch {
    return "damaged";
  }
}

const OtherVersion = Type.Object({ schema_version: Type.Not(Type.Literal(1)) });
