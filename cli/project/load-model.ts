import { openGraphSession } from "../../adapters/graph-session.ts";
import { readModel } from "../../adapters/model-store.ts";
import { polarsFrameTools } from "../../adapters/polars/frame-tools.ts";
import { loadPolars } from "../../adapters/polars/load-polars.ts";
import { openPreprocessor } from "../../adapters/user-project/project-code.ts";
import { type ModelFiles, type ModelRuntime, openModel } from "../../core/model/open-model.ts";
import type { Predictor } from "../../core/model/predictor.ts";
import { allowProjectCode } from "./user-modules.ts";

/** What a model runs on; data frames are loaded only for one with code of its own. */
const modelRuntime: ModelRuntime = {
  openSession: openGraphSession,
  openPreprocessor: async (bundle) => {
    await allowProjectCode();
    return await openPreprocessor(bundle);
  },
  frameTools: async () => polarsFrameTools(await loadPolars()),
};

/** Reads, verifies and warms the model in a folder. @throws {MltError} when it is missing or not as it was written */
export async function loadModel(dir: string): Promise<Predictor> {
  return await openVerified(await readModel(dir));
}

/** Verifies and warms a model that was read. @throws {MltError} when it does not answer as it was trained to */
export async function openVerified(files: ModelFiles): Promise<Predictor> {
  return await openModel(files, modelRuntime);
}
