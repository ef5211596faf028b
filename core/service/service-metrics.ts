import type { ModelCard } from "../model/model-card.ts";
import {
  type Counter,
  type Gauge,
  type Histogram,
  type Metric,
  type MetricRegistry,
  metricRegistry,
} from "./metric-registry.ts";
import type { MetricFamily } from "./metrics-text.ts";

/** What the service counts of itself. */
export interface ServiceMetrics {
  readonly requests: Metric<Counter>;
  readonly durations: Metric<Histogram>;
  readonly inProgress: Gauge;
  /** Rows of each run of the model. */
  readonly batchRows: Histogram;
  readonly queueDurations: Histogram;
  readonly predictions: Metric<Counter>;
  readonly unseenCategories: Metric<Counter>;
  /** Models that took the place of the one before, or were refused. */
  readonly reloads: Metric<Counter>;
  /** Says which model answers from now on. */
  setModel(card: ModelCard): void;
  families(): MetricFamily[];
}

/** Seconds: from a small model in memory to a large body on a busy machine. */
const durationBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const rowBuckets = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

/**
 * The metrics of a service that has answered nothing yet.
 *
 * @param droppedLogLines  how many lines of the log were dropped so far
 */
export function serviceMetrics(droppedLogLines: () => number = () => 0): ServiceMetrics {
  const registry = metricRegistry();
  const metrics = { ...exchangeMetrics(registry), ...modelMetrics(registry) };
  const reloads = registry.counter({
    name: "mlt_model_reload_total",
    help: "Models that took the place of the one before (ok), or were refused.",
    labels: ["result"],
  });
  for (const result of ["ok", "refused"]) reloads.of(result);
  const model = registry.gauge({
    name: "mlt_model_info",
    help: "Always 1; the labels say which model answers.",
    labels: ["id", "name", "version"],
    combine: "max",
  });
  const created = registry
    .gauge({
      name: "mlt_model_creation_timestamp_seconds",
      help: "When the model was trained, in seconds since 1970.",
      combine: "max",
    })
    .of();
  const logDrops = registry
    .counter({ name: "mlt_log_dropped_total", help: "Lines of the log dropped because nobody read stderr." })
    .of();
  let countedDrops = 0;
  return {
    ...metrics,
    reloads,
    setModel: (card) => {
      model.clear();
      model.of(card.id, card.name, card.version).set(1);
      created.set(Date.parse(card.creation_time) / 1000);
      // What never happens should read 0, not be absent.
      for (const name of card.task === "classification" ? card.classes : [""]) metrics.predictions.of(name);
      for (const { name, type } of card.features) if (type === "category") metrics.unseenCategories.of(name);
    },
    families: () => {
      logDrops.add(droppedLogLines() - countedDrops);
      countedDrops = droppedLogLines();
      return registry.families();
    },
  };
}

function exchangeMetrics(registry: MetricRegistry) {
  return {
    requests: registry.counter({
      name: "mlt_request_total",
      help: "Requests answered.",
      labels: ["route", "status"],
    }),
    durations: registry.histogram({
      name: "mlt_request_duration_seconds",
      help: "Time from a request's headers to its answer.",
      labels: ["route"],
      buckets: durationBuckets,
    }),
    inProgress: registry
      .gauge({ name: "mlt_request_in_progress", help: "Requests being answered.", combine: "sum" })
      .of(),
  };
}

function modelMetrics(registry: MetricRegistry) {
  return {
    batchRows: registry
      .histogram({
        name: "mlt_batch_rows",
        help: "Rows in one run of the model, of one request or of several.",
        buckets: rowBuckets,
      })
      .of(),
    queueDurations: registry
      .histogram({
        name: "mlt_queue_duration_seconds",
        help: "Time that a request's rows wait for the model.",
        buckets: durationBuckets,
      })
      .of(),
    predictions: registry.counter({
      name: "mlt_prediction_total",
      help: 'Rows predicted, by class; a regression\'s have the class name "".',
      labels: ["class_name"],
    }),
    unseenCategories: registry.counter({
      name: "mlt_unseen_category_total",
      help: "Values refused because they are none of a category's.",
      labels: ["feature"],
    }),
  };
}
