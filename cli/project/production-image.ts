import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { cLibrary } from "../../adapters/c-library.ts";
import { imagePlatform, imageProgram, ownImageParts } from "../../adapters/image-program.ts";
import { modelFiles, readArtifact } from "../../adapters/model-store.ts";
import type { ImagePlan } from "../../core/image/image-plan.ts";
import { neededLibraries, productionPlan } from "../../core/image/production-plan.ts";
import type { ModelCard } from "../../core/model/model-card.ts";
import { version } from "../version.ts";
import { openVerified } from "./load-model.ts";
import { configName, type Project } from "./open-project.ts";

export interface ProductionImageOptions {
  /** A reference, `oci:` with a folder and maybe a tag, or `scratch`. */
  readonly base: string;
  /** The environment variable SOURCE_DATE_EPOCH. */
  readonly sourceDateEpoch: string | undefined;
}

export interface PlannedImage {
  readonly plan: ImagePlan;
  /** Of the model that is in it. */
  readonly card: ModelCard;
}

/**
 * Plans the image that serves a project's model, which is asked its golden requests first.
 *
 * @throws {MltError} input: when there is no model, or it is not as it was trained; usage: when this mlt makes no images
 */
export async function productionImage(
  project: Project,
  { base, sourceDateEpoch }: ProductionImageOptions,
): Promise<PlannedImage> {
  const platform = imagePlatform();
  const artifact = await readArtifact(project.modelDir);
  // The very files that go into the image, also where a training replaces the model meanwhile.
  const predictor = await openVerified(modelFiles(artifact), 1);
  await predictor.close();
  const plan = productionPlan({
    platform,
    base,
    program: [
      ...(base === "scratch" ? cLibrary() : []),
      ...(await imageProgram(neededLibraries(artifact), ownImageParts())),
    ],
    configText: await readFile(join(project.root, configName), "utf8"),
    artifact,
    mltVersion: version,
    sourceDateEpoch,
  });
  return { plan, card: artifact.card };
}
