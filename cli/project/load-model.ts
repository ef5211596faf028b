import { openGraphSession } from "../../adapters/graph-session.ts";
import { readModel } from "../../adapters/model-store.ts";
import { polarsFrameTools } from "../../adapters/polars/frame-tools.ts";
import { loadPolars } from "../../adapters/polars/load-polars.ts";
import { openPreprocessor } from "../../adapters/user-project/project-code.ts";
import { type ModelFiles, type ModelRuntime, openModel } from "../../core/model/open-model.ts";
import type { Predictor } from "../../core/model/predictor.ts";
import { allowProjectCode } from "./user-modules.ts";

/** What a model runs on; data frames are loaded only for one with code of its own. */
const modelRuntime = (threads: number): ModelRuntime => ({
  openSession: (onnx) => openGraphSession(onnx, { threads }),
  openPreprocessor: async (bundle) => {
    await allowProjectCode();
    return await openPreprocessor(bundle);
  },
  frameTools: async () => polarsFrameTools(await loadPolars()),
});

/**
 * Reads, verifies and warms the model in a folder.
 *
 * @param threads  how many CPUs one run of a large graph may use
 * @throws {MltError} when it is missing or not as it was written
 */
export async function loadModel(dir: string, threads = 1): Promise<Predictor> {
  return await openVerified(await readModel(dir), threads);
}

/** Verifies and warms a model that was read, as `loadModel` does. @throws {MltError} when it is not as it was trained */
export async function openVerified(files: ModelFiles, threads: number): Promise<Predictor> {
  return await openModel(files, modelRuntime(threads));
}
