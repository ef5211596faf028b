import { compareMetrics } from "../core/evaluation/comparison.ts";
import type { EvaluationResult } from "../core/evaluation/evaluate-live.ts";
import { withFewLabels } from "../core/evaluation/few-labels.ts";
import { confusionMatrix } from "../core/learn/metrics/confusion-matrix.ts";
import type { ModelCard } from "../core/model/model-card.ts";
import { localTime } from "../core/prediction-log/local-time.ts";

/** An evaluation as the one JSON document of `--json`. */
export function evaluationJson(
  card: ModelCard,
  result: EvaluationResult,
  { source, timeZone }: { readonly source: string; readonly timeZone: string },
): unknown {
  const { evaluation, metrics, intervals, log, drift, warnings } = result;
  const { id, name, version } = card;
  const verdicts = compareMetrics(card, metrics, intervals).flatMap(({ metric, verdict }) =>
    verdict === undefined ? [] : [[metric, verdict] as const],
  );
  return {
    model: { id, name, version },
    source,
    rows: evaluation.truth.length,
    metrics: { now: metrics, training: card.metrics.test },
    intervals,
    verdicts: Object.fromEntries(verdicts),
    ...(log === undefined ? {} : logJson(log, localTime(timeZone))),
    ...(evaluation.task === "classification"
      ? { confusion_matrix: confusionMatrix(withFewLabels(evaluation)) }
      : {}),
    drift: drift.map(({ enoughRows, bins, ...row }) => ({ ...row, enough_rows: enoughRows, bins })),
    warnings,
  };
}

function logJson(
  { counts, days }: NonNullable<EvaluationResult["log"]>,
  timeText: (timeMs: number) => string,
) {
  const { fromMs, toMs, ...rest } = counts;
  return {
    log: { from: timeText(fromMs), to: timeText(toMs), ...rest },
    days: days.map(({ day, predictions, withTruth, metrics, interval }) => ({
      day,
      predictions,
      with_truth: withTruth,
      metrics,
      ...(interval === undefined ? {} : { interval }),
    })),
  };
}
