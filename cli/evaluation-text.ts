import { type DayResult, dayMetric } from "../core/evaluation/by-day.ts";
import { compareMetrics, type MetricComparison } from "../core/evaluation/comparison.ts";
import type { EvaluationResult, LogCounts } from "../core/evaluation/evaluate-live.ts";
import type { ModelCard } from "../core/model/model-card.ts";
import type { DriftRow } from "../core/prediction-log/drift/drift-table.ts";
import { localTime } from "../core/prediction-log/local-time.ts";
import { shiftText, verdictText } from "../core/report/evaluation/evaluation-words.ts";
import { formatCount, formatRows } from "../core/report/format.ts";
import { metricText, table } from "./output.ts";

const maxDays = 14;

/** An evaluation as a person reads it on a terminal. */
export function evaluationText(card: ModelCard, result: EvaluationResult, timeZone: string): string {
  const { log, drift, metrics, intervals, evaluation } = result;
  const n = evaluation.truth.length;
  return [
    log === undefined
      ? `${card.name} ${card.version} on ${formatRows(n)}`
      : countText(card, log.counts, localTime(timeZone)),
    ...(n === 0 ? [] : [metricsText(compareMetrics(card, metrics, intervals))]),
    ...(log === undefined || n === 0 ? [] : [daysText(card, log.days)]),
    driftText(drift),
  ].join("\n\n");
}

function countText(card: ModelCard, counts: LogCounts, timeText: (timeMs: number) => string): string {
  const { predictions, repeated, with_truth: known, other_models: others } = counts;
  const again = repeated === 0 ? "" : `, ${formatCount(repeated)} of ids that were asked for again later`;
  const lines = [
    `${card.name} ${card.version}: ${predictionsText(predictions)}${again}`,
    `from ${timeText(counts.fromMs)} to ${timeText(counts.toMs)}`,
    `${known === 0 ? "no truth is known" : `the truth of ${formatCount(known)} is known`}${strayText(counts)}`,
    ...others
      .filter(({ name }) => name === card.name)
      .map(
        ({ version, id, predictions: rows }) =>
          `not looked at: ${predictionsText(rows)} of ${version} (${id})`,
      ),
  ];
  return lines.join("\n");
}

function predictionsText(count: number): string {
  return `${formatCount(count)} ${count === 1 ? "prediction" : "predictions"}`;
}

function strayText({
  truths_without_prediction: stray,
  truths_of_other_models: ofOthers,
}: LogCounts): string {
  if (stray === 0) return "";
  const others = ofOthers === 0 ? "" : `, ${formatCount(ofOthers)} of them predicted by other models`;
  return `; ${formatCount(stray)} ${stray === 1 ? "truth has" : "truths have"} no prediction${others}`;
}

function metricsText(comparison: readonly MetricComparison[]): string {
  const rows = comparison.map(({ metric, now, training, interval, verdict }) => [
    metric,
    valueText(now),
    interval === undefined ? "" : `${metricText(interval.low)} – ${metricText(interval.high)}`,
    valueText(training),
    verdict === undefined ? "" : verdictText(verdict),
  ]);
  return table(["metric", "now", "95 % interval", "training", ""], rows);
}

function daysText({ task }: ModelCard, days: readonly DayResult[]): string {
  const metric = dayMetric(task);
  const shown = days.slice(-maxDays);
  const rows = shown.map(({ day, predictions, withTruth, metrics }) => [
    day,
    String(predictions),
    String(withTruth),
    valueText(metrics[metric]),
  ]);
  const left = days.length - shown.length;
  const text = table(["day", "predictions", "with truth", metric], rows);
  return left === 0 ? text : `${text}\n${left} earlier days are in --json and --report`;
}

function driftText(drift: readonly DriftRow[]): string {
  const rows = drift.map(({ kind, name, psi, shift }) => [
    kind === "feature" ? name : `${name} (predicted)`,
    psi === undefined ? "" : psi.toFixed(3),
    shiftText(shift),
  ]);
  return table(["drift since the training", "PSI", ""], rows);
}

function valueText(value: number | undefined): string {
  return value === undefined ? "–" : metricText(value);
}
