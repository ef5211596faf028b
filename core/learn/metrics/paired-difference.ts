import type { Metrics } from "../../model/model-card.ts";
import { withoutInterval } from "./bootstrap.ts";
import type { LabelsOrNumbers } from "./evaluation.ts";
import { higherIsBetter } from "./metric-names.ts";
import { middleInterval, resampledScores } from "./resamples.ts";

/** By how much a metric changes from one model to another on the same rows. */
export interface Difference {
  /** New minus old, so that less is better of an error. */
  readonly change: number;
  /** 95 % interval of the change. */
  readonly low: number;
  readonly high: number;
  /** Share of the resamples in which the new model does no better. */
  readonly probabilityNotBetter: number;
}

export interface Compared {
  readonly evaluation: LabelsOrNumbers;
  readonly metrics: Metrics;
}

/**
 * Paired bootstrap of the differences of two models' metrics: rows that both find easy, or hard, cancel out, so that less
 * data shows a difference than two intervals would. A metric has none where over half of the resamples leave it undefined,
 * and `max_error` never has.
 *
 * @see Efron & Tibshirani (1993), An Introduction to the Bootstrap, chapter 16; Koehn (2004), Statistical Significance
 *   Tests for Machine Translation Evaluation
 */
export function pairedDifferences(
  candidate: Compared,
  inPlace: Compared,
  random: () => number,
): Readonly<Record<string, Difference>> {
  const draws = resampledScores([candidate.evaluation, inPlace.evaluation], random);
  const differences: Record<string, Difference> = {};
  for (const [metric, now] of Object.entries(candidate.metrics)) {
    const before = inPlace.metrics[metric];
    if (before === undefined || withoutInterval.has(metric)) continue;
    const changes = Float64Array.from(
      draws.flatMap(([{ [metric]: after } = {}, { [metric]: prior } = {}]) =>
        after === undefined || prior === undefined ? [] : [after - prior],
      ),
    ).sort();
    if (changes.length < draws.length / 2) continue;
    const isBetter = (change: number) => (higherIsBetter(metric) ? change > 0 : change < 0);
    const notBetter = changes.filter((change) => !isBetter(change)).length;
    differences[metric] = {
      change: now - before,
      ...middleInterval(changes),
      probabilityNotBetter: notBetter / changes.length,
    };
  }
  return differences;
}
