import { higherIsBetter, metricNames } from "../learn/metrics/metric-names.ts";
import type { Interval } from "../learn/metrics/resamples.ts";
import type { Metrics, ModelCard } from "../model/model-card.ts";

/** How the model does beside how it did on the rows that its training held out. */
export interface MetricComparison {
  readonly metric: string;
  readonly now: number | undefined;
  /** Of `now`. */
  readonly interval: Interval | undefined;
  readonly training: number | undefined;
  /** Absent where there are not both; `within_interval` where the training's value lies in the interval, so that chance may be all. */
  readonly verdict?: "better" | "worse" | "within_interval";
}

/** Every metric that one of both has, in the order in which they are shown. */
export function compareMetrics(
  { task, metrics }: Pick<ModelCard, "task" | "metrics">,
  now: Metrics,
  intervals: Readonly<Record<string, Interval>>,
): readonly MetricComparison[] {
  return metricNames(task)
    .filter((metric) => metric in now || metric in metrics.test)
    .map((metric) => {
      const values = { now: now[metric], training: metrics.test[metric], interval: intervals[metric] };
      const verdict = verdictOf(metric, values);
      return { metric, ...values, ...(verdict === undefined ? {} : { verdict }) };
    });
}

function verdictOf(
  metric: string,
  { now, training, interval }: Pick<MetricComparison, "now" | "training" | "interval">,
): MetricComparison["verdict"] {
  if (now === undefined || training === undefined) return undefined;
  if (now === training) return "within_interval";
  // Without an interval nobody knows what is chance.
  if (interval === undefined) return undefined;
  if (training >= interval.low && training <= interval.high) return "within_interval";
  return now > training === higherIsBetter(metric) ? "better" : "worse";
}
