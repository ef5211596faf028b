import type { LabelsOrNumbers } from "../learn/metrics/evaluation.ts";
import type { Interval } from "../learn/metrics/resamples.ts";
import { meanAndStd } from "../learn/statistics.ts";
import { score } from "../model/evaluate.ts";
import type { Metrics, ModelCard } from "../model/model-card.ts";
import { localTime } from "../prediction-log/local-time.ts";
import { evaluationOfRows } from "./joined-rows.ts";
import type { LiveLog } from "./live-log.ts";

/** How the model did on what it predicted in one day. */
export interface DayResult {
  /** Such as 2026-11-24, in the time zone of the log. */
  readonly day: string;
  readonly predictions: number;
  readonly withTruth: number;
  /** None without a truth. */
  readonly metrics: Metrics;
  /** 95 % interval of `dayMetric`, where the rows allow one. */
  readonly interval?: Interval;
}

/** The metric that days are told apart by: a mean over rows, so that a day of few rows has one too. */
export function dayMetric(task: ModelCard["task"]): "accuracy" | "mae" {
  return task === "classification" ? "accuracy" : "mae";
}

/** The days in which something was predicted, in order. */
export function resultsByDay(
  log: Pick<LiveLog, "predictions" | "truths" | "joined">,
  card: Pick<ModelCard, "task" | "classes">,
  timeZone: string,
): readonly DayResult[] {
  const dayOf = dayReader(timeZone);
  const days = new Map<string, { predictions: number; rows: number[] }>();
  for (const [row, timeMs] of log.predictions.timeMs.entries()) {
    const name = dayOf(timeMs);
    const day = days.get(name) ?? { predictions: 0, rows: [] };
    days.set(name, day);
    day.predictions++;
    if (log.joined.truthOf[row] !== -1) day.rows.push(row);
  }
  return Array.from(days, ([day, { predictions, rows }]) => {
    const evaluation = evaluationOfRows(log, card, Int32Array.from(rows));
    const interval = meanInterval(evaluation);
    return {
      day,
      predictions,
      withTruth: rows.length,
      metrics: score(evaluation),
      ...(interval === undefined ? {} : { interval }),
    };
  }).sort((a, b) => (a.day < b.day ? -1 : 1));
}

/** No zone changes its offset, nor its day, within a quarter of an hour. */
const steadyMs = 900_000;

function dayReader(timeZone: string): (timeMs: number) => string {
  const timeText = localTime(timeZone);
  const known = new Map<number, string>();
  return (timeMs) => {
    const quarter = Math.floor(timeMs / steadyMs);
    const day = known.get(quarter) ?? timeText(timeMs).slice(0, 10);
    known.set(quarter, day);
    return day;
  };
}

const normal95 = 1.959964;

/**
 * The 95 % interval of a share of rows, or of a mean error; the first is Wilson's, which holds for few rows too.
 *
 * @see Brown, Cai & DasGupta (2001), Interval Estimation for a Binomial Proportion
 */
function meanInterval(evaluation: LabelsOrNumbers): Interval | undefined {
  const n = evaluation.truth.length;
  if (n === 0) return undefined;
  if (evaluation.task === "classification") {
    const { truth, predictions } = evaluation;
    const share = truth.filter((label, row) => label === predictions.labels[row]).length / n;
    const z2 = normal95 ** 2 / n;
    const middle = (share + z2 / 2) / (1 + z2);
    const reach = (normal95 * Math.sqrt((share * (1 - share)) / n + z2 / n / 4)) / (1 + z2);
    return { low: Math.max(0, middle - reach), high: Math.min(1, middle + reach) };
  }
  if (n === 1) return undefined;
  const { truth, predictions } = evaluation;
  const errors = Float64Array.from(predictions.values, (value, row) => Math.abs(value - (truth[row] ?? 0)));
  const { mean, std } = meanAndStd(errors);
  const reach = (normal95 * std) / Math.sqrt(n - 1);
  return { low: Math.max(0, mean - reach), high: mean + reach };
}
