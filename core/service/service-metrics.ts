import type { ModelCard } from "../model/model-card.ts";
import { type Counter, type Gauge, type Histogram, metricRegistry } from "./metric-registry.ts";

/** What the service counts of itself. */
export interface ServiceMetrics {
  readonly requests: Counter;
  readonly durations: Histogram;
  readonly inProgress: Gauge;
  readonly predictions: Counter;
  /** Prometheus text exposition format 0.0.4. */
  text(): string;
}

/** Seconds: from a small model in memory to a large body on a busy machine. */
const durationBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * The metrics of a service that answers with this model.
 *
 * @param droppedLogLines  how many lines of the log were dropped so far
 */
export function serviceMetrics(card: ModelCard, droppedLogLines: () => number = () => 0): ServiceMetrics {
  const registry = metricRegistry();
  const requests = registry.counter({
    name: "mlt_request_total",
    help: "Requests answered.",
    labels: ["route", "status"],
  });
  const durations = registry.histogram({
    name: "mlt_request_duration_seconds",
    help: "Time from a request's headers to its answer.",
    labels: ["route"],
    buckets: durationBuckets,
  });
  const inProgress = registry.gauge({ name: "mlt_request_in_progress", help: "Requests being answered." });
  const predictions = registry.counter({
    name: "mlt_prediction_total",
    help: 'Rows predicted, by class; a regression\'s have the class name "".',
    labels: ["class_name"],
  });
  const logDrops = registry.counter({
    name: "mlt_log_dropped_total",
    help: "Lines of the log that were dropped because nobody read stderr.",
  });
  let toldDrops = 0;
  const text = () => {
    logDrops.add(droppedLogLines() - toldDrops);
    toldDrops = droppedLogLines();
    return registry.text();
  };
  const model = registry.gauge({
    name: "mlt_model_info",
    help: "Always 1; the labels say which model answers.",
    labels: ["id", "name", "version"],
  });
  model.set(1, card.id, card.name, card.version);
  // A class that is never predicted should read 0, not be absent.
  for (const name of card.task === "classification" ? card.classes : [""]) predictions.add(0, name);
  return { requests, durations, inProgress, predictions, text };
}
