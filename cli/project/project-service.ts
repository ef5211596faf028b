import { docsAssets } from "../../adapters/docs-assets.ts";
import type { Config } from "../../core/config/schema.ts";
import type { Predictor } from "../../core/model/predictor.ts";
import { createService, type Service, type ServiceOptions } from "../../core/service/app.ts";
import { version } from "../version.ts";

/** The project's web service over a loaded model. */
export function projectService(
  config: Config,
  predictor: Predictor,
  options: Pick<ServiceOptions, "onRequest" | "droppedLogLines"> = {},
): Service {
  return createService({
    predictor,
    limits: { maxRows: config.serve.max_rows, maxBodyBytes: config.serve.max_body_bytes },
    mltVersion: version,
    now: () => performance.now(),
    newId: () => crypto.randomUUID(),
    docsAssets,
    ...options,
  });
}
