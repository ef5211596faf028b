import type { LabelsOrNumbers } from "../learn/metrics/evaluation.ts";
import type { Interval } from "../learn/metrics/resamples.ts";
import { intervals, score } from "../model/evaluate.ts";
import type { Metrics, ModelCard } from "../model/model-card.ts";
import type { DriftRow } from "../prediction-log/drift/drift-table.ts";
import { type DayResult, resultsByDay } from "./by-day.ts";
import { evaluationWarnings } from "./evaluation-warnings.ts";
import { evaluationOfRows, rowsWithTruth } from "./joined-rows.ts";
import type { LiveLog } from "./live-log.ts";

/** How many of what an evaluation rests on. */
export interface LogCounts {
  /** Predictions of the model. */
  readonly predictions: number;
  /** Of those, of an id that was predicted again later. */
  readonly repeated: number;
  readonly with_truth: number;
  readonly truths: number;
  /** Of those, replaced by one that was told later. */
  readonly truths_replaced: number;
  /** Of those, without a prediction of this model. */
  readonly truths_without_prediction: number;
  /** Of these, with a prediction of another model. */
  readonly truths_of_other_models: number;
  readonly other_models: LiveLog["others"];
  /** Times of the first and the last prediction, milliseconds since the epoch. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** How a model does on rows whose truth is known. */
export interface EvaluationResult {
  readonly evaluation: LabelsOrNumbers;
  readonly metrics: Metrics;
  readonly intervals: Readonly<Record<string, Interval>>;
  readonly drift: readonly DriftRow[];
  /** Plain sentences: what a reader should know before trusting the numbers. */
  readonly warnings: readonly string[];
  /** Only of a log. */
  readonly log?: { readonly counts: LogCounts; readonly days: readonly DayResult[] };
}

/** Of the same rows the same intervals. */
const seed = 42;

/** Scores what the model said of rows whose truth is known. */
export function evaluateRows(
  card: ModelCard,
  evaluation: LabelsOrNumbers,
  drift: readonly DriftRow[],
): EvaluationResult {
  return {
    evaluation,
    metrics: score(evaluation),
    intervals: intervals(evaluation, seed),
    drift,
    warnings: evaluationWarnings(card, evaluation),
  };
}

/** Scores what a log says, overall and by day. */
export function evaluateLog(card: ModelCard, log: LiveLog, timeZone: string): EvaluationResult {
  const rows = rowsWithTruth(log);
  const counts = countsOf(log, rows.length);
  const evaluation = evaluationOfRows(log, card, rows);
  return {
    ...evaluateRows(card, evaluation, log.drift),
    warnings: evaluationWarnings(card, evaluation, { counts, unreadable: log.unreadable }),
    log: { counts, days: resultsByDay(log, card, timeZone) },
  };
}

function countsOf(log: LiveLog, withTruth: number): LogCounts {
  const { predictions, truths, joined, repeated, truthsOfOthers, others } = log;
  let fromMs = Number.POSITIVE_INFINITY;
  let toMs = Number.NEGATIVE_INFINITY;
  for (const timeMs of predictions.timeMs) {
    if (timeMs < fromMs) fromMs = timeMs;
    if (timeMs > toMs) toMs = timeMs;
  }
  return {
    predictions: predictions.timeMs.length,
    repeated,
    with_truth: withTruth,
    truths: truths.timeMs.length,
    truths_replaced: joined.replaced,
    truths_without_prediction: joined.unmatched.length,
    truths_of_other_models: truthsOfOthers,
    other_models: others,
    fromMs,
    toMs,
  };
}
