import type { DataFrame } from "nodejs-polars";
import pl from "nodejs-polars";
import { openOnnxSession } from "../../adapters/onnxruntime/session.ts";
import { polarsFrameTools } from "../../adapters/polars/frame-tools.ts";
import { silentSteps } from "../../cli/output.ts";
import type { FeatureSpec } from "../../core/features/feature-spec.ts";
import type { ServingParts } from "../../core/model/served-model.ts";
import type { TrainOptions } from "../../core/model/train-model.ts";
import type { ProjectPreprocessor } from "../../core/ports.ts";

export interface InMemoryProject {
  readonly spec: FeatureSpec;
  /** What `loadData` returns. */
  readonly data: unknown;
  readonly Preprocessor: new () => object;
  readonly trainModel: (X: never, y: never) => unknown;
  readonly getClasses?: (model: never) => unknown;
}

/** Stands at the ProjectCode port: classes of the test instead of files; polars and ONNX Runtime are real. */
export function inMemoryParts(project: InMemoryProject): ServingParts {
  const { data, Preprocessor } = project;
  const trainModel = project.trainModel as (X: unknown, y: unknown) => unknown;
  const getClasses = (project.getClasses ?? ((model: { classes: string[] }) => model.classes)) as (
    model: unknown,
  ) => string[];
  const newPreprocessor = () => new Preprocessor() as ProjectPreprocessor;
  return {
    code: {
      loadData: async () => data as DataFrame,
      newPreprocessor,
      trainModel: async (X, y) => trainModel(X, y),
      getClasses,
      bundlePreprocessor: async () => "// the class of the test",
    },
    frames: polarsFrameTools(pl),
    openSession: openOnnxSession,
    openPreprocessor: async () => newPreprocessor(),
  };
}

/** Options of a training with seed 42, a quarter of the rows held out. */
export function trainOptions(project: InMemoryProject): TrainOptions {
  return {
    spec: project.spec,
    identity: {
      id: "3d6f0a52-6d0e-4f5c-9a51-0c8ac2f5f9b7",
      name: "in-memory",
      version: "1.0.0",
      description: "",
      creationTime: "2026-11-24T03:00:00.000Z",
      mltVersion: "0.1.0",
    },
    seed: 42,
    testSize: 0.25,
    split: { strategy: "random" },
    bounds: [],
    parts: inMemoryParts(project),
    steps: silentSteps,
  };
}
