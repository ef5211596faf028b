import { MltError } from "../errors.ts";
import { type MetricBound, missedBounds } from "../model/gates.ts";
import type { Metrics } from "../model/model-card.ts";

/**
 * @param rows  rows with a known truth
 * @throws {MltError} that names every bound the metrics miss, or that cannot be judged
 */
export function checkLiveBounds(
  { metrics, rows }: { readonly metrics: Metrics; readonly rows: number },
  bounds: readonly MetricBound[],
): void {
  if (bounds.length === 0) return;
  if (rows === 0) {
    throw new MltError(
      `Nobody knows whether the model reaches ${boundText(bounds)}: no prediction has a truth`,
      {
        hint: "Give the truths with --truth, or send them to POST /api/feedback.",
      },
    );
  }
  const missed = missedBounds(metrics, bounds, "these rows");
  if (missed.length === 0) return;
  const untold = bounds.filter(({ metric }) => metrics[metric] === undefined);
  if (untold.length === missed.length) {
    throw new MltError(`Nobody knows whether the model reaches ${boundText(untold)}: ${missed.join("; ")}`, {
      hint: "Look at the warnings for the reason, or change --min-metric.",
    });
  }
  throw new MltError(`The model is not good enough any more: ${missed.join("; ")}`, {
    hint: "Train it on recent data with mlt train, or change --min-metric.",
  });
}

function boundText(bounds: readonly MetricBound[]): string {
  return bounds.map(({ metric, bound }) => `${metric} ${bound}`).join(", ");
}
