import { listen } from "../../adapters/http-server.ts";
import { MltError } from "../../core/errors.ts";
import type { ModelCard } from "../../core/model/model-card.ts";
import type { Service, ServiceOptions } from "../../core/service/app.ts";
import type { MetricFamily } from "../../core/service/metrics-text.ts";
import type { ServiceLog } from "../log/service-log.ts";
import { endService } from "./end-service.ts";
import { loadModel } from "./load-model.ts";
import type { Project } from "./open-project.ts";
import { openPredictionLog } from "./prediction-log.ts";
import { projectService } from "./project-service.ts";
import { serveTls } from "./serve-tls.ts";
import { endOnStrayFailure } from "./user-modules.ts";
import { type ModelNews, watchModel } from "./watch-model.ts";

export interface RunOptions {
  readonly port: number;
  /** Whether other processes listen on the port too. */
  readonly sharesPort: boolean;
  /** CPUs that one run of the model may use. */
  readonly threads: number;
  /** The model that others answer with on the same port. */
  readonly modelId?: string | undefined;
  readonly gatherMetrics?: NonNullable<ServiceOptions["gatherMetrics"]>;
  /** Where it is told of models that come into the folder; absent, the service stays with the one that it has. */
  readonly news?: ModelNews | undefined;
}

/** The project's service, listening in this process. */
export interface RunningService {
  readonly url: string;
  readonly card: ModelCard;
  readonly service: Service;
  /** What this process has counted. */
  families(): readonly MetricFamily[];
  /** Answers what is in progress and who still comes, within `serve.shutdown_timeout`, and frees what it holds. */
  finish(): Promise<void>;
}

/** What a service is made of. */
export type ServedProject = Pick<Project, "root" | "config" | "modelDir">;

/** Loads the project's model, verifies it, and answers with it. */
export async function runService(
  project: ServedProject,
  log: ServiceLog,
  { port, sharesPort, threads, modelId, gatherMetrics, news }: RunOptions,
): Promise<RunningService> {
  const { root, config, modelDir } = project;
  endOnStrayFailure(root);
  const { host, api_keys: keys = [], cors_origins: origins, access_log: accessLog } = config.serve;
  const tls = await serveTls({ root, config });
  const predictor = await loadModel(modelDir, threads);
  if (modelId !== undefined && predictor.card.id !== modelId) throw otherModel(predictor.card.id, modelId);
  const kept = openPredictionLog(project, predictor.card);
  const service = projectService(config, predictor, {
    predictionLog: kept?.log,
    access: { keys, origins },
    onRequest: log.requests(accessLog),
    droppedLogLines: log.dropped,
    ...(gatherMetrics && { gatherMetrics }),
  });
  const server = await listen((request) => service.fetch(request), {
    host,
    port,
    reusePort: sharesPort,
    ...(tls && { tls }),
  });
  const sweeping = setInterval(() => service.sweep(), 1000);
  const model = news ? await watchModel({ modelDir, service, predictor, threads, tell: news }) : predictor;
  return {
    url: server.url,
    card: predictor.card,
    service,
    families: () => [...service.metrics(), ...(kept?.families() ?? [])],
    async finish() {
      await endService(service, server, config.serve.shutdown_timeout * 1000);
      clearInterval(sweeping);
      kept?.close();
      await model.close();
    },
  };
}

/** A port that answers now with one model and now with another would be worse than a worker less. */
function otherModel(found: string, wanted: string): MltError {
  return new MltError(`The model in place is ${found}, and the other workers answer with ${wanted}`, {
    hint: "Restart mlt serve to answer with the new one; with --watch it takes every new one.",
  });
}
