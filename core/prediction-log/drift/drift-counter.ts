import type { Columns } from "../../features/columns.ts";
import { isText, type Task } from "../../features/feature-spec.ts";
import type { Distribution, ModelCard } from "../../model/model-card.ts";
import { mostProbable } from "../../model/predictions.ts";
import { type ColumnBins, type ColumnValues, columnBins } from "./bins.ts";

/** One thing whose drift is told: a feature, or the predictions. */
export interface DriftColumn extends ColumnBins {
  /** Of a feature; absent of the predictions. */
  readonly feature?: string;
  /** Where its bins begin in the counts of all. */
  readonly offset: number;
}

/** The bins of all that a model's training says something about: its features in their order, then the predictions. */
export interface DriftColumns {
  readonly features: readonly (DriftColumn & { readonly feature: string })[];
  readonly prediction: DriftColumn;
  /** Bins of all of them together. */
  readonly size: number;
}

/** Counts rows by the bins of the training. */
export interface DriftCounter {
  /**
   * Counts every `step`-th row: values of features, and what the model said of them. A feature that has no column is passed over.
   *
   * @param scores  as `Predictor.score` has them
   */
  add(columns: Columns, scores: Float32Array, step?: number): void;
  /** Counts values of features alone. */
  addColumns(columns: Columns, step?: number): void;
  /** Counts predictions as they stand in a log: classes, or numbers of a regression. */
  addPredictions(values: ColumnValues): void;
  /** Rows of every bin, those of all columns one behind the other; of the counter itself, not a copy. */
  counts(): Float64Array;
}

/**
 * What a model's card says about drift. A card in which a feature or the predictions were spread as something else than they are says
 * nothing about them: a prediction is not to fail for it.
 */
export function driftColumns({ features, task, baseline }: ModelCard): DriftColumns {
  const spreads = new Map(Object.entries(baseline.features));
  const columns: (DriftColumn & { readonly feature: string })[] = [];
  let offset = 0;
  for (const { name, type } of features) {
    const spread = spreads.get(name);
    if (spread?.kind !== (isText({ type }) ? "category" : "number")) continue;
    const bins = columnBins(spread, { isBoolean: type === "boolean" });
    columns.push({ feature: name, offset, ...bins });
    offset += bins.labels.length;
  }
  const { prediction } = baseline;
  const isSpread = prediction.kind === (task === "classification" ? "category" : "number");
  const bins = columnBins(isSpread ? prediction : unknownSpread[task]);
  return { features: columns, prediction: { offset, ...bins }, size: offset + bins.labels.length };
}

const unknownSpread: Readonly<Record<Task, Distribution>> = {
  classification: { kind: "category", counts: {}, missing: 0 },
  regression: { kind: "number", edges: [], counts: [], missing: 0 },
};

/** A counter of what a model is asked and says, which has counted nothing yet. */
export function driftCounter(card: ModelCard, columns: DriftColumns = driftColumns(card)): DriftCounter {
  const counts = new Float64Array(columns.size);
  const features = columns.features.map((column) => ({ ...column, into: partOf(counts, column) }));
  const { prediction } = columns;
  const predicted = partOf(counts, prediction);
  const addScores = scoreCounter(card, prediction, predicted);
  const addColumns = ({ values }: Columns, step = 1) => {
    for (const { feature, count, into } of features) {
      const column = values.get(feature);
      if (column !== undefined) count(column, into, step);
    }
  };
  return {
    add: (columns, scores, step = 1) => {
      addColumns(columns, step);
      addScores(scores, step);
    },
    addColumns,
    addPredictions: (values) => prediction.count(values, predicted),
    counts: () => counts,
  };
}

function partOf(counts: Float64Array, { offset, labels }: DriftColumn): Float64Array {
  return counts.subarray(offset, offset + labels.length);
}

/** Counts classes by their place among the scores, since to make a text of each would take longer than to count it. */
function scoreCounter(
  { task, classes }: ModelCard,
  prediction: DriftColumn,
  into: Float64Array,
): (scores: Float32Array, step: number) => void {
  if (task === "regression") return (scores, step) => prediction.count(scores, into, step);
  const binOfClass = classes.map((name) => {
    const counts = new Float64Array(into.length);
    prediction.count([name], counts);
    return counts.indexOf(1);
  });
  const k = classes.length;
  return (scores, step) => {
    for (let start = 0; start < scores.length; start += k * step) {
      const bin = binOfClass[mostProbable(scores, start, k)] ?? 0;
      into[bin] = (into[bin] ?? 0) + 1;
    }
  };
}
