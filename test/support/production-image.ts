import { readFileSync } from "node:fs";
import { join } from "node:path";
import { cLibrary } from "../../adapters/c-library.ts";
import { type ImageParts, imageProgram, imageScriptAsset } from "../../adapters/image-program.ts";
import { readArtifact } from "../../adapters/model-store.ts";
import type { ImagePlan } from "../../core/image/image-plan.ts";
import { neededLibraries, productionPlan } from "../../core/image/production-plan.ts";
import type { ModelCard } from "../../core/model/model-card.ts";
import { findTarget } from "../../ops/build/targets.ts";
import { mltBinary } from "./mlt.ts";
import type { TestProject } from "./project.ts";

/** What the compiled mlt carries, from where the build took it. */
const parts: ImageParts = {
  compiler: mltBinary,
  script: readFileSync(imageScriptAsset),
  nativeFolder: async (name) =>
    name === "polars"
      ? findTarget(`${process.platform}-${process.arch}`, "dist/build").polarsDir
      : join("node_modules/onnxruntime-node/bin/napi-v6", process.platform, process.arch),
};

/** The plan of a trained project's image, that stands on nothing but the C library, and its model. */
export async function productionImageOf(
  project: TestProject,
): Promise<{ readonly plan: ImagePlan; readonly card: ModelCard }> {
  const artifact = await readArtifact(join(project.path, "model_bin"));
  const plan = productionPlan({
    platform: { os: "linux", architecture: process.arch === "arm64" ? "arm64" : "amd64" },
    base: "scratch",
    program: [...cLibrary(), ...(await imageProgram(neededLibraries(artifact), parts))],
    configText: project.read("config.yaml"),
    artifact,
    mltVersion: "0.0.0",
  });
  return { plan, card: artifact.card };
}
