import { higherIsBetter } from "../learn/metrics/metric-names.ts";
import type { Metrics } from "./model-card.ts";
import { NotGoodEnough } from "./not-good-enough.ts";

/** A bound that a new model must reach on the held-out rows: at least, or for an error such as rmse at most. */
export interface MetricBound {
  readonly metric: string;
  readonly bound: number;
}

/** @throws {MltError} that names every bound the metrics miss */
export function checkBounds(metrics: Metrics, bounds: readonly MetricBound[]): void {
  const missed = missedBounds(metrics, bounds, "the held-out rows");
  if (missed.length === 0) return;
  throw new NotGoodEnough(`The new model is not good enough: ${missed.join("; ")}`, {
    hint: "Improve the model or its data, or change --min-metric; the model in place is kept.",
  });
}

/**
 * The bounds that the metrics miss, each in words.
 *
 * @param rows  how the rows that were scored are called
 */
export function missedBounds(
  metrics: Metrics,
  bounds: readonly MetricBound[],
  rows: string,
): readonly string[] {
  return bounds.flatMap(({ metric, bound }) => {
    const value = metrics[metric];
    if (value === undefined) return [`${metric} is not defined on ${rows}`];
    const reached = higherIsBetter(metric) ? value >= bound : value <= bound;
    return reached
      ? []
      : [`${metric} ${format(value)} is ${higherIsBetter(metric) ? "under" : "over"} ${bound}`];
  });
}

function format(value: number): string {
  return String(Number(value.toPrecision(4)));
}
