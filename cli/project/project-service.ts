import { docsAssets } from "../../adapters/docs-assets.ts";
import type { Config } from "../../core/config/schema.ts";
import type { Predictor } from "../../core/model/predictor.ts";
import { createService, type Service, type ServiceOptions } from "../../core/service/app.ts";
import { version } from "../version.ts";

/** The project's web service over a loaded model. */
export function projectService(
  config: Config,
  predictor: Predictor,
  options: Pick<ServiceOptions, "onRequest" | "access" | "droppedLogLines" | "predictionLog"> = {},
): Service {
  return createService({
    predictor,
    limits: {
      maxRows: config.serve.max_rows,
      maxBodyBytes: config.serve.max_body_bytes,
      maxConcurrency: config.serve.max_concurrency,
      maxQueueRows: config.serve.max_queue_rows,
      bodyTimeoutMs: config.serve.body_timeout * 1000,
    },
    mltVersion: version,
    now: () => performance.now(),
    newId: () => crypto.randomUUID(),
    schedule: setImmediate,
    docsAssets,
    ...options,
  });
}
