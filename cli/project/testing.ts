// The module "mlt/testing" as a project's tests import it; `templates/base/mlt.d.ts` describes it to an editor.
import { MltError } from "../../core/errors.ts";
import type { FeatureSpec } from "../../core/features/feature-spec.ts";
import { loadModel } from "./load-model.ts";
import { openProject, readFeatures } from "./open-project.ts";
import { projectService } from "./project-service.ts";

/** The project's own service, in this process and without a port. */
export interface TestService {
  fetch(path: string, init?: RequestInit): Promise<Response>;
  close(): Promise<void>;
}

/** Opens the service with the model in model_bin. @throws {MltError} when there is none, or it is not whole */
export async function openService(dir = "."): Promise<TestService> {
  const [project, predictor] = await plainly(async () => {
    const opened = await openProject(dir);
    return [opened, await loadModel(opened.modelDir)] as const;
  });
  // Without keys: what a project's tests ask for does not depend on who may ask in production.
  const service = projectService(project.config, predictor);
  return {
    fetch: (path, init) => service.fetch(new Request(new URL(path, "http://localhost").href, init)),
    close: () => predictor.close(),
  };
}

/** The project's features.yaml, read and checked. */
export async function loadFeatures(dir = "."): Promise<FeatureSpec> {
  return await plainly(async () => await readFeatures(await openProject(dir)));
}

/** A test runner prints where an error was made: of one that the user can mend, it would be lines of mlt. */
async function plainly<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof MltError)) throw cause;
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    const plain = new Error([cause.message, ...(cause.hint === undefined ? [] : [cause.hint])].join("\n"));
    Error.stackTraceLimit = limit;
    throw plain;
  }
}
