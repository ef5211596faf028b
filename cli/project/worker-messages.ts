import type { ModelCard } from "../../core/model/model-card.ts";
import type { MetricFamily } from "../../core/service/metrics-text.ts";
import type { ServedProject } from "./running-service.ts";
import type { ModelNews } from "./watch-model.ts";

/** What a supervisor tells its workers. */
export type ToWorker =
  /** First of all: what to serve. */
  | {
      readonly type: "serve";
      readonly project: ServedProject;
      readonly port: number;
      readonly threads: number;
      /** Whether to answer with every new model. */
      readonly watch: boolean;
    }
  /** Asks for what the worker has counted. */
  | { readonly type: "count"; readonly id: number }
  /** What all workers have counted, for the one that asked. */
  | { readonly type: "counted"; readonly id: number; readonly families: readonly MetricFamily[] };

/** What a worker tells its supervisor. */
export type FromWorker =
  | { readonly type: "listening"; readonly url: string; readonly card: ModelCard }
  /** What there is to tell of a model that came while it answered. */
  | { readonly type: "news"; readonly how: keyof ModelNews; readonly text: string }
  /** What this worker has counted. */
  | { readonly type: "counts"; readonly id: number; readonly families: readonly MetricFamily[] }
  /** Asks for what all workers have counted. */
  | { readonly type: "gather"; readonly id: number };
