// The module "mlt/testing" as a project's tests import it; `templates/base/mlt.d.ts` describes it to an editor.
import type { FeatureSpec } from "../core/features/feature-spec.ts";
import { openProject, readFeatures } from "./compose.ts";
import { loadModel } from "./model.ts";
import { projectService } from "./service.ts";

/** The project's own service, in this process and without a port. */
export interface TestService {
  fetch(path: string, init?: RequestInit): Promise<Response>;
  close(): Promise<void>;
}

/** Opens the service with the model in model_bin. @throws {MltError} when there is none, or it is not whole */
export async function openService(dir = "."): Promise<TestService> {
  const project = await openProject(dir);
  const predictor = await loadModel(project.modelDir);
  const service = projectService(project.config, predictor);
  return {
    fetch: (path, init) => service.fetch(new Request(new URL(path, "http://localhost").href, init)),
    close: () => predictor.close(),
  };
}

/** The project's features.yaml, read and checked. */
export async function loadFeatures(dir = "."): Promise<FeatureSpec> {
  return await readFeatures(await openProject(dir));
}
