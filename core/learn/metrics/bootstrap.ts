import type { Metrics } from "../../model/model-card.ts";
import type { LabelsOrNumbers } from "./evaluation.ts";
import { type Interval, middleInterval, resampledScores } from "./resamples.ts";

// The bootstrap cannot see past the largest error that was observed, so an interval of it would mislead.
export const withoutInterval: ReadonlySet<string> = new Set(["max_error"]);

/**
 * 95 % percentile bootstrap intervals of the metrics.
 * A metric has none when over half of the resamples leave it undefined, when it is the same in all of them (a
 * model that was always right: nothing is learned of how often it is wrong), or when it is `max_error`.
 */
export function bootstrapIntervals(
  evaluation: LabelsOrNumbers,
  random: () => number,
): Readonly<Record<string, Interval>> {
  return intervalsOf(resampledScores([evaluation], random).flat());
}

function intervalsOf(draws: readonly Metrics[]): Readonly<Record<string, Interval>> {
  const metrics = new Set(draws.flatMap((draw) => Object.keys(draw)));
  const intervals: Record<string, Interval> = {};
  for (const metric of metrics.difference(withoutInterval)) {
    const values = Float64Array.from(draws.flatMap((draw) => draw[metric] ?? [])).sort();
    const interval = middleInterval(values);
    // Sums of equal values in another order differ by rounding.
    const varies = interval.high - interval.low > 1e-9 * Math.abs(interval.high);
    if (varies && values.length >= draws.length / 2) intervals[metric] = interval;
  }
  return intervals;
}
