import type { Predictor } from "../model/predictor.ts";
import type { PredictionLog } from "../prediction-log/prediction-log.ts";
import { guardRoutes } from "./authentication.ts";
import { crossOrigin } from "./cross-origin.ts";
import { docsRoutes } from "./docs-routes.ts";
import { serviceDrift } from "./drift-metrics.ts";
import { type AccessEntry, exchange, type Responder } from "./exchange.ts";
import { feedbackRoutes } from "./feedback/feedback-routes.ts";
import { formRoutes } from "./form-page/form-routes.ts";
import { inferenceRoutes, unmatchedInference } from "./inference-protocol/inference-routes.ts";
import { informationRoutes } from "./information-routes.ts";
import { type MetricFamily, metricsText } from "./metrics-text.ts";
import type { DocsAssets } from "./page-assets.ts";
import { predictionRoutes } from "./prediction-routes.ts";
import { type Phase, readiness } from "./readiness.ts";
import { bodyReader } from "./request-body.ts";
import { routeTable } from "./route-table.ts";
import { type RequestLimits, type Scoring, scoring } from "./scoring.ts";
import { serviceMetrics } from "./service-metrics.ts";

export interface ServiceOptions {
  readonly predictor: Predictor;
  readonly limits: RequestLimits;
  /** Version of this mlt. */
  readonly mltVersion: string;
  /** Monotonic, in milliseconds. */
  readonly now: () => number;
  /** A new request id, such as a UUID. */
  readonly newId: () => string;
  /** Runs work once what is ready now has been handled, such as `setImmediate`. */
  readonly schedule: (work: () => void) => void;
  readonly docsAssets: DocsAssets;
  /** Who is answered; by default everybody, and no page of another origin. */
  readonly access?: ServiceAccess;
  /** Called once for every request, when its answer is known. It must not throw. */
  readonly onRequest?: (entry: AccessEntry) => void;
  /** Where predictions are logged before they are answered; absent, they are not. */
  readonly predictionLog?: PredictionLog | undefined;
  /** How many lines of the log were dropped so far, for the metrics. */
  readonly droppedLogLines?: () => number;
  /** What `/metrics` tells where several processes answer together. Default: what this one counts. */
  readonly gatherMetrics?: () => Promise<readonly MetricFamily[]>;
}

export interface ServiceAccess {
  /** One of them must be sent; none: nobody has to. */
  readonly keys: readonly string[];
  /** Origins whose pages may read the answers; `*` for any. */
  readonly origins: readonly string[];
}

/** The web service of one model. */
export interface Service {
  /** Answers a request; it never rejects. */
  fetch(request: Request): Promise<Response>;
  /**
   * From now on the service is not ready, and every answer closes its connection, so that the next request goes to
   * another process; requests that still come are answered.
   */
  leave(): void;
  /**
   * Leaves, and refuses predictions from now on; those in progress are finished.
   * Resolves when no request is left that is not answered.
   */
  drain(): Promise<void>;
  /** Requests that are not answered yet. */
  inProgress(): number;
  /** How many requests were answered, probes aside. */
  answered(): number;
  /** Milliseconds since the last answer, probes' aside: 0 while a request is in progress, endless before the first. */
  restedMs(): number;
  /**
   * From now on the service answers with another model.
   * Resolves when the last request is answered that the one before had taken; that model is not closed.
   * What throws at once has changed nothing.
   */
  replace(predictor: Predictor): Promise<void>;
  /** Counts a model that was offered and does not answer. */
  refuseModel(): void;
  /** What this process has counted. */
  metrics(): readonly MetricFamily[];
  /** Gives up bodies that are overdue, and counts on for the drift; to be called every second or so. */
  sweep(): void;
}

/** A service that answers with the predictor, which it does not close. */
export function createService(options: ServiceOptions): Service {
  const { now, newId, onRequest, access, limits } = options;
  let phase: Phase = "serving";
  const metrics = serviceMetrics(options.droppedLogLines);
  const closes = () => phase !== "serving";
  const { run, idle, newPeriod, ...attendance } = exchange({ metrics, now, newId, onRequest, closes });
  const { inProgress, answered, restedMs } = attendance;
  const ready = readiness(() => phase, options.predictionLog);
  const { read: readBody, sweep } = bodyReader(limits, now);
  const open = (predictor: Predictor) => {
    const { card } = predictor;
    const drift = serviceDrift(card);
    const scores = scoring({ ...options, predictor, readBody, metrics, drift, readiness: ready, inProgress });
    const counted = () => [...metrics.families(), drift.counted()];
    const gather = options.gatherMetrics ?? (() => Promise.resolve(counted()));
    const shown = async () => metricsText(drift.shown(await gather()));
    const table = tableOf({ options, scores, metricsText: shown });
    metrics.setModel(card);
    return { table, drift, counted };
  };
  let model = open(options.predictor);
  return {
    fetch: crossOrigin(access?.origins ?? [], (request) => run(request, model.table(request))),
    leave: () => {
      phase = "leaving";
    },
    drain: () => {
      phase = "draining";
      return idle();
    },
    inProgress,
    answered,
    restedMs,
    replace: (predictor) => {
      model = open(predictor);
      metrics.reloads.of("ok").add(1);
      return newPeriod();
    },
    refuseModel: () => metrics.reloads.of("refused").add(1),
    metrics: () => model.counted(),
    sweep: () => {
      sweep();
      model.drift.tick(now());
    },
  };
}

interface TableOptions {
  readonly options: ServiceOptions;
  readonly scores: Scoring;
  readonly metricsText: () => Promise<string>;
}

function tableOf({ options, scores, metricsText }: TableOptions): (request: Request) => Responder {
  const { mltVersion, docsAssets } = options;
  const { card, readiness } = scores;
  const unguarded = [
    ...predictionRoutes(scores),
    ...informationRoutes({ card, metricsText, readiness }),
    ...feedbackRoutes(scores),
    ...inferenceRoutes({ scoring: scores, mltVersion }),
  ];
  const described = guardRoutes(unguarded, options.access?.keys ?? [], card);
  const pages = [...docsRoutes(card, docsAssets, described), ...formRoutes(card, docsAssets)];
  return routeTable([...described, ...pages], unmatchedInference(card));
}
