import type { Columns } from "../features/columns.ts";
import { maxRowErrors } from "../features/pack-rows.ts";
import type { RowError } from "../features/row-error.ts";
import type { ModelCard } from "../model/model-card.ts";
import { mostProbable } from "../model/predictions.ts";
import type { Predictor } from "../model/predictor.ts";
import type { PredictionLog } from "../prediction-log/prediction-log.ts";
import { type AnswerLog, answerLog } from "./answer-log.ts";
import type { ServiceDrift } from "./drift-metrics.ts";
import { predictionQueue } from "./prediction-queue.ts";
import { Problem } from "./problem.ts";
import type { Readiness } from "./readiness.ts";
import type { BodyReader } from "./request-body.ts";
import type { ServiceMetrics } from "./service-metrics.ts";

/** What a service takes on: what is over them is refused, so that what was accepted keeps its time. */
export interface RequestLimits {
  readonly maxRows: number;
  readonly maxBodyBytes: number;
  /** Requests in progress, beyond which predictions are refused. */
  readonly maxConcurrency: number;
  /** Rows waiting for the model, beyond which predictions are refused. */
  readonly maxQueueRows: number;
  /** How long a body may take to arrive, from the request's head on. */
  readonly bodyTimeoutMs: number;
}

export interface ScoringOptions {
  readonly predictor: Predictor;
  readonly limits: RequestLimits;
  readonly readBody: BodyReader;
  readonly metrics: ServiceMetrics;
  /** Counts what the model is asked and says. */
  readonly drift: Pick<ServiceDrift, "count">;
  readonly readiness: Readiness;
  /** Where predictions are logged; absent, they are not. */
  readonly predictionLog?: PredictionLog | undefined;
  /** Requests that are being answered. */
  readonly inProgress: () => number;
  readonly now: () => number;
  readonly schedule: (work: () => void) => void;
}

/** How every route that predicts gets at its model. */
export interface Scoring {
  readonly card: ModelCard;
  readonly limits: RequestLimits;
  /** @throws {Problem} 503 when no prediction is taken now; to be asked before a body is read */
  admit(): void;
  readonly readBody: BodyReader;
  readonly readiness: Readiness;
  /** Where predictions are logged before they are answered; absent, they are not. */
  readonly log: AnswerLog | undefined;
  /**
   * The model's scores of n_rows, as `Predictor.score` has them; the predicted classes are counted.
   * Rejects with a `Problem`: 503 when too many rows wait, 422 when the model has no finite answer for a row.
   */
  score(columns: Columns): Promise<Float32Array>;
  /** Counts what was refused because it is none of a category's values. */
  countRefused(errors: readonly RowError[]): void;
}

/** The way to the predictor, which it does not close. */
export function scoring(options: ScoringOptions): Scoring {
  const { predictor, limits, readBody, metrics, drift, readiness, inProgress, now, schedule, predictionLog } =
    options;
  const { card } = predictor;
  const width = card.task === "regression" ? 1 : card.classes.length;
  const queue = predictionQueue({
    score: (columns) => predictor.score(columns),
    width,
    // What a project's own code makes of a row must not depend on whose rows come with it.
    join: card.preprocessor === undefined,
    schedule,
    now,
    onRun: (nRows) => metrics.batchRows.observe(nRows),
    onWait: (waitedMs) => metrics.queueDurations.observe(waitedMs / 1000),
  });
  const count = classCounter(card, metrics);
  return {
    card,
    limits,
    admit: () => {
      readiness.admit();
      if (inProgress() > limits.maxConcurrency || queue.waitingRows() >= limits.maxQueueRows)
        throw overloaded();
    },
    readBody,
    readiness,
    log: predictionLog && answerLog(predictionLog, card, now),
    score: async (columns) => {
      const waiting = queue.waitingRows();
      // A request that is longer than the queue is taken when nothing waits, or it never would be.
      if (waiting > 0 && waiting + columns.nRows > limits.maxQueueRows) throw overloaded();
      const scores = await queue.score(columns);
      checkFinite(scores, width);
      count(scores);
      drift.count(columns, scores);
      return scores;
    },
    countRefused: (errors) => {
      for (const { code, field } of errors) {
        if (code === "choice" && field !== null) metrics.unseenCategories.of(field).add(1);
      }
    },
  };
}

/**
 * A row may be all that features.yaml asks for and still have no answer: too large for float32, or divided by zero in the
 * project's own `processX`.
 */
function checkFinite(scores: Float32Array, width: number): void {
  let sum = 0;
  for (let index = 0; index < scores.length; index++) sum += scores[index] ?? 0;
  if (Number.isFinite(sum)) return;
  const errors: RowError[] = [];
  for (let row = 0; row * width < scores.length && errors.length < maxRowErrors; row++) {
    if (scores.subarray(row * width, (row + 1) * width).every(Number.isFinite)) continue;
    errors.push({ row, field: null, code: "range", expected: "values that the model has an answer for" });
  }
  if (errors.length === 0) return;
  throw new Problem(422, "The model has no finite answer for rows of the body; see errors", { errors });
}

function classCounter(card: ModelCard, metrics: ServiceMetrics): (scores: Float32Array) => void {
  if (card.task === "regression") {
    const counter = metrics.predictions.of("");
    return (scores) => counter.add(scores.length);
  }
  const k = card.classes.length;
  const counters = card.classes.map((name) => metrics.predictions.of(name));
  const counts = new Float64Array(k);
  return (scores) => {
    counts.fill(0);
    for (let start = 0; start < scores.length; start += k) {
      const best = mostProbable(scores, start, k);
      counts[best] = (counts[best] ?? 0) + 1;
    }
    for (let index = 0; index < k; index++) counters[index]?.add(counts[index] ?? 0);
  };
}

function overloaded(): Problem {
  return new Problem(503, "The service has as many requests as it can answer; send this one again later", {
    headers: { "retry-after": "1" },
  });
}
