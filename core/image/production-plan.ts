import type { Artifact } from "../model/artifact.ts";
import { evaluateGraph } from "../onnx/evaluate-graph.ts";
import { creationTime } from "./creation-time.ts";
import type { ImageFile, ImageLayer, ImagePlan, ImagePlatform } from "./image-plan.ts";

/** Where the image has what is not the project's, without a slash at its begin. */
export const imagePaths = {
  program: "usr/local/bin/mlt",
  /** The native libraries, a folder each, and the files of the service's pages. */
  libraries: "usr/local/lib/mlt",
  spool: "var/lib/mlt/spool",
  project: "app",
} as const;

/** A number above the system's own users, as images without a shell commonly take it; it needs no entry in /etc/passwd. */
const userId = 65_532;
const port = 8_000;

export interface ProductionParts {
  readonly platform: ImagePlatform;
  readonly base: string;
  /** The layer below the project's, from `imageProgram`, with the libraries of `neededLibraries`. */
  readonly program: readonly ImageFile[];
  /** The project's config.yaml as it is: secrets have no place in it. */
  readonly configText: string;
  readonly artifact: Artifact;
  /** Of the program. */
  readonly mltVersion: string;
  /** The environment variable SOURCE_DATE_EPOCH. */
  readonly sourceDateEpoch?: string | undefined;
}

/**
 * The image that serves a model: the same parts make the same plan.
 *
 * @throws {MltError} when SOURCE_DATE_EPOCH is no number of seconds
 */
export function productionPlan(parts: ProductionParts): ImagePlan {
  const { platform, base, program, artifact } = parts;
  const created = creationTime(parts.sourceDateEpoch, artifact.card.creation_time);
  return {
    platform,
    base,
    layers: [
      {
        name: "program",
        files: program,
        folders: [{ path: imagePaths.spool, mode: 0o750, uid: userId, gid: userId }],
      },
      configLayer(parts.configText),
      modelLayer(artifact),
    ],
    runtime: {
      user: `${userId}:${userId}`,
      env: environment(artifact),
      workingDir: `/${imagePaths.project}`,
      entrypoint: [`/${imagePaths.program}`],
      cmd: ["serve"],
      port,
      labels: labels(parts, created),
      // As the configuration has it: also where a deployment sets another port, or a certificate.
      healthcheck: [`/${imagePaths.program}`, "status"],
    },
    created,
  };
}

function configLayer(text: string): ImageLayer {
  const content = new TextEncoder().encode(text);
  return { name: "config", files: [{ path: `${imagePaths.project}/config.yaml`, mode: 0o644, content }] };
}

/** Every file of the model, its report too: whoever loads a model checks the hash of each. */
function modelLayer({ files }: Artifact): ImageLayer {
  const folder = `${imagePaths.project}/model_bin`;
  return {
    name: "model",
    files: Array.from(files, ([name, content]) => ({ path: `${folder}/${name}`, mode: 0o644, content })),
  };
}

/** A native library, as a folder of the image is called that has it. */
export type Library = "onnxruntime" | "polars";

/**
 * The native libraries that serving the model takes: none for a small graph, which mlt evaluates itself, both for a
 * model with code of the project's own, which may import either.
 */
export function neededLibraries({ card, files }: Artifact): readonly Library[] {
  if (card.preprocessor !== undefined) return ["onnxruntime", "polars"];
  const onnx = files.get("model.onnx");
  if (onnx === undefined) throw new RangeError("The model has no model.onnx");
  return evaluateGraph(onnx) === undefined ? ["onnxruntime"] : [];
}

function environment(artifact: Artifact): Record<string, string> {
  const dirs = neededLibraries(artifact).map((name) => [name, `/${imagePaths.libraries}/${name}`]);
  return {
    // Read by native code, which does not see what the program sets later.
    ORT_DISABLE_TELEMETRY: "1",
    MLT_NATIVE_DIRS: JSON.stringify(Object.fromEntries(dirs)),
    // Config.yaml may name a folder of the machine that trained.
    MLT_MODEL_BIN: "model_bin",
    MLT_SERVE__HOST: "0.0.0.0",
    MLT_SERVE__PORT: String(port),
    MLT_SERVE__LOG_FORMAT: "json",
    MLT_LOGGING__SPOOL__DIR: `/${imagePaths.spool}`,
  };
}

/** @see https://github.com/opencontainers/image-spec/blob/v1.1.1/annotations.md */
function labels({ artifact: { card }, base, mltVersion }: ProductionParts, created: string) {
  const named = {
    "org.opencontainers.image.title": card.name,
    "org.opencontainers.image.version": card.version,
    "org.opencontainers.image.description": card.description,
    "org.opencontainers.image.created": created,
    "org.opencontainers.image.revision": card.git_commit,
    // The name of a folder on the machine that built says nothing elsewhere.
    "org.opencontainers.image.base.name": /^(oci:|scratch$)/.test(base) ? undefined : base,
    "io.mlt.version": mltVersion,
    "io.mlt.model.id": card.id,
    "io.mlt.model.name": card.name,
    "io.mlt.model.version": card.version,
    "io.mlt.model.creation_time": card.creation_time,
    "io.mlt.model.sha256": card.sha256["model.onnx"],
  };
  return Object.fromEntries(
    Object.entries(named).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** @see https://reproducible-builds.org/specs/source-date-epoch/ */
