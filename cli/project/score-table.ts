import type { Trained } from "../../core/model/train-model.ts";
import { metricText, table } from "../output.ts";

/** The scores of a training, a metric a line. */
export function scoreTable({ artifact, intervals, inPlace }: Trained): string {
  const { metrics, cross_validation: folds } = artifact.card;
  const columns: readonly (readonly [string, (metric: string) => string])[] = [
    ["metric", (metric) => metric],
    ["train", (metric) => metricText(metrics.train[metric] ?? Number.NaN)],
    ["test", (metric) => metricText(metrics.test[metric] ?? Number.NaN)],
    ["95 % interval", (metric) => rangeText(intervals[metric])],
    ...(folds === undefined
      ? []
      : [[`${folds.folds} folds`, (metric: string) => spreadText(folds.metrics[metric])] as const]),
    ...(inPlace === undefined
      ? []
      : [["in place", (metric: string) => metricText(inPlace[metric] ?? Number.NaN)] as const]),
  ];
  return table(
    columns.map(([title]) => title),
    Object.keys(metrics.test).map((metric) => columns.map(([, cell]) => cell(metric))),
  );
}

function rangeText(interval: Trained["intervals"][string] | undefined): string {
  return interval === undefined ? "" : `${metricText(interval.low)} – ${metricText(interval.high)}`;
}

function spreadText(spread: { readonly mean: number; readonly std: number } | undefined): string {
  return spread === undefined ? "" : `${metricText(spread.mean)} ± ${metricText(spread.std)}`;
}
