import type { DataFinding } from "../data-quality/data-finding.ts";
import type { FeatureSpec } from "../features/feature-spec.ts";
import type { Evaluation } from "../learn/metrics/evaluation.ts";
import type { FeatureImportance } from "../learn/metrics/permutation-importance.ts";
import type { Interval } from "../learn/metrics/resamples.ts";
import { renderReport } from "../report/render-report.ts";
import type { Comparison } from "./comparison.ts";
import { describeColumn, describePredictions } from "./distribution.ts";
import { chooseGolden } from "./golden.ts";
import type { MadeModel } from "./made-model.ts";
import type { ModelCard } from "./model-card.ts";
import { sha256 } from "./sha256.ts";
import type { TrainingData } from "./training-data.ts";

/** Who made the model, when and of what: everything that the data cannot tell. */
export interface Identity {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  /** What the model is for; empty where nobody said so. */
  readonly description: string;
  /** ISO 8601, UTC. */
  readonly creationTime: string;
  readonly mltVersion: string;
  readonly gitCommit?: string;
}

/** The files of `model_bin`, model.json's own content apart. */
export interface Artifact {
  readonly card: ModelCard;
  /** Every file by name, model.json last: who finds it finds the rest. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

export interface ArtifactParts {
  readonly spec: FeatureSpec;
  readonly identity: Identity;
  readonly seed: number;
  readonly data: TrainingData;
  /** From `hashData`. */
  readonly dataHash: string;
  readonly made: MadeModel;
  readonly split: NonNullable<ModelCard["split"]>;
  readonly results: {
    readonly metrics: ModelCard["metrics"];
    readonly train: Evaluation;
    readonly test: Evaluation;
  };
  readonly intervals: Readonly<Record<string, Interval>>;
  readonly crossValidation: ModelCard["cross_validation"] | undefined;
  readonly importance: { readonly metric: string; readonly features: readonly FeatureImportance[] };
  /** The model that this one replaces, on the same held-out rows. */
  readonly inPlace: { readonly version: string; readonly comparison: Comparison } | undefined;
  readonly findings: readonly DataFinding[];
  readonly warnings: readonly string[];
}

/** The same parts give the same bytes: id and creation time are among them. */
export async function buildArtifact(parts: ArtifactParts): Promise<Artifact> {
  const encoder = new TextEncoder();
  const files = new Map<string, Uint8Array<ArrayBuffer>>([["model.onnx", Uint8Array.from(parts.made.onnx)]]);
  if (parts.made.own !== undefined) files.set("preprocessor.js", encoder.encode(parts.made.own.bundle));
  const unsigned = await describeModel(parts);
  files.set("report.html", encoder.encode(report(parts, unsigned)));
  const hashes: Record<string, string> = {};
  for (const [name, bytes] of files) hashes[name] = await sha256(bytes);
  const card: ModelCard = { ...unsigned, sha256: hashes };
  files.set("model.json", encoder.encode(`${JSON.stringify(card, null, 2)}\n`));
  return { card, files };
}

async function describeModel(parts: ArtifactParts): Promise<Omit<ModelCard, "sha256">> {
  const { spec, identity, made, results, dataHash } = parts;
  return {
    schema_version: 1,
    id: identity.id,
    name: identity.name,
    version: identity.version,
    ...(identity.description === "" ? {} : { description: identity.description }),
    creation_time: identity.creationTime,
    mlt_version: identity.mltVersion,
    task: spec.task,
    features: spec.features,
    target: spec.target,
    ...(spec.id === undefined ? {} : { id_name: spec.id }),
    classes: made.classes,
    estimator: made.estimator,
    metrics: results.metrics,
    ...(parts.crossValidation === undefined ? {} : { cross_validation: parts.crossValidation }),
    baseline: {
      features: Object.fromEntries(
        Array.from(made.train.columns.values, ([name, values]) => [name, describeColumn(values)]),
      ),
      prediction: describePredictions(results.train.predictions),
    },
    golden: chooseGolden(made.test.columns, spec.features, results.test.predictions),
    seed: parts.seed,
    split: parts.split,
    data_sha256: dataHash,
    ...(identity.gitCommit === undefined ? {} : { git_commit: identity.gitCommit }),
    ...(made.own === undefined ? {} : { preprocessor: made.own.card }),
  };
}

function report(parts: ArtifactParts, card: Omit<ModelCard, "sha256">): string {
  const { train, test } = parts.results;
  return renderReport({
    card,
    results:
      train.task === "classification" && test.task === "classification"
        ? { task: "classification", classes: test.classes, train, test }
        : numberResults(train, test),
    intervals: parts.intervals,
    importance: parts.importance,
    ...(parts.inPlace === undefined ? {} : { previous: parts.inPlace }),
    columns: parts.data.columns,
    findings: parts.findings,
    warnings: parts.warnings,
  });
}

function numberResults(train: Evaluation, test: Evaluation) {
  if (train.task !== "regression" || test.task !== "regression") throw new RangeError("Tasks differ");
  return { task: "regression", train, test } as const;
}
