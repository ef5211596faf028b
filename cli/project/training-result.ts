import { type Comparison, comparisonSentence, verdictOf } from "../../core/model/comparison.ts";
import type { Trained } from "../../core/model/train-model.ts";
import { metricText, table } from "../output.ts";

/** What a training made, as the one JSON document of `--json`. */
export function trainingJson(
  { artifact, intervals, comparison, findings, warnings }: Trained,
  modelDir: string,
): unknown {
  const { id, version, metrics, cross_validation } = artifact.card;
  return {
    id,
    version,
    model_bin: modelDir,
    metrics,
    intervals,
    ...(cross_validation === undefined ? {} : { cross_validation }),
    ...(comparison === undefined ? {} : { comparison: comparisonJson(comparison) }),
    data_quality: findings,
    warnings,
  };
}

function comparisonJson({ metric, verdict, inPlace, differences }: Comparison): unknown {
  const entries = Object.entries(differences).map(([name, { probabilityNotBetter, ...difference }]) => [
    name,
    { ...difference, probability_not_better: probabilityNotBetter },
  ]);
  return { metric, verdict, in_place: inPlace, differences: Object.fromEntries(entries) };
}

/** What a training made, for people: its scores, and how they stand to those of the model in place. */
export function trainingText(trained: Trained): string {
  const { comparison } = trained;
  const table = scoreTable(trained);
  return comparison === undefined ? table : `${table}\n\n${comparisonSentence(comparison)}`;
}

function scoreTable({ artifact, intervals, comparison }: Trained): string {
  const { metrics, cross_validation: folds } = artifact.card;
  const columns: readonly (readonly [string, (metric: string) => string])[] = [
    ["metric", (metric) => metric],
    ["train", (metric) => metricText(metrics.train[metric] ?? Number.NaN)],
    ["test", (metric) => metricText(metrics.test[metric] ?? Number.NaN)],
    ["95 % interval", (metric) => rangeText(intervals[metric])],
    ...(folds === undefined
      ? []
      : [[`${folds.folds} folds`, (metric: string) => spreadText(folds.metrics[metric])] as const]),
    ...(comparison === undefined ? [] : changeColumns(comparison)),
  ];
  return table(
    columns.map(([title]) => title),
    Object.keys(metrics.test).map((metric) => columns.map(([, cell]) => cell(metric))),
  );
}

function changeColumns(comparison: Comparison) {
  const { inPlace } = comparison;
  return [
    ["in place", (metric: string) => metricText(inPlace[metric] ?? Number.NaN)],
    ["change, 95 %", (metric: string) => changeText(comparison, metric)],
  ] as const;
}

function changeText(comparison: Comparison, metric: string): string {
  return verdictOf(comparison, metric) === "same" ? "none" : rangeText(comparison.differences[metric]);
}

function rangeText(interval: Trained["intervals"][string] | undefined): string {
  return interval === undefined ? "" : `${metricText(interval.low)} – ${metricText(interval.high)}`;
}

function spreadText(spread: { readonly mean: number; readonly std: number } | undefined): string {
  return spread === undefined ? "" : `${metricText(spread.mean)} ± ${metricText(spread.std)}`;
}
