import { gitCommit } from "../../adapters/git.ts";
import { hasModel, writeModel } from "../../adapters/model-store.ts";
import { openOnnxSession } from "../../adapters/onnxruntime/session.ts";
import { polarsFrameTools } from "../../adapters/polars/frame-tools.ts";
import { loadPolars } from "../../adapters/polars/load-polars.ts";
import { loadProjectCode, openPreprocessor } from "../../adapters/user-project/project-code.ts";
import { setProjectContext } from "../../adapters/user-project/project-context.ts";
import { libraryModules } from "../../adapters/user-project/user-module-table.ts";
import { MltError } from "../../core/errors.ts";
import type { FeatureSpec } from "../../core/features/feature-spec.ts";
import type { Identity } from "../../core/model/artifact.ts";
import type { SplitRule } from "../../core/model/divide-rows.ts";
import type { MetricBound } from "../../core/model/gates.ts";
import type { TrainingParts } from "../../core/model/make-model.ts";
import type { Steps } from "../../core/model/steps.ts";
import { type Trained, type TrainOptions, trainModel } from "../../core/model/train-model.ts";
import { version } from "../version.ts";
import { loadModel } from "./load-model.ts";
import { type Project, readFeatures } from "./open-project.ts";
import { projectProgram } from "./project-program.ts";
import { type RunJournal, recordRun } from "./record-run.ts";
import { allowProjectCode, endOnStrayFailure } from "./user-modules.ts";

export interface TrainFlags {
  readonly bounds: readonly MetricBound[];
  /** Whether the model in place must be equalled on the same held-out rows. */
  readonly compare: boolean;
  readonly steps: Steps;
}

/** Trains the project's model and puts it in place, or leaves the old one as it is; keeps the run in .mlt/runs. */
export async function trainProject(project: Project, flags: TrainFlags): Promise<Trained> {
  const spec = await readFeatures(project);
  const split = splitRule(project.config.train.split);
  const identity = await newIdentity(project);
  return await recordRun(project, { spec, identity, flags }, (journal) =>
    trainAndWrite(project, { spec, split, identity, bounds: flags.bounds, ...journal }, flags.compare),
  );
}

async function newIdentity({ config, root }: Project): Promise<Identity> {
  const commit = await gitCommit(root);
  return {
    id: crypto.randomUUID(),
    name: config.project.name,
    version: config.project.version,
    description: config.project.description.replace(/\.$/, ""),
    creationTime: new Date().toISOString(),
    mltVersion: version,
    ...(commit === undefined ? {} : { gitCommit: commit }),
  };
}

async function trainAndWrite(
  project: Project,
  options: Pick<TrainOptions, "spec" | "split" | "identity" | "bounds"> & RunJournal,
  compare: boolean,
): Promise<Trained> {
  const { config, modelDir } = project;
  const { train } = config;
  const inPlace = compare && (await hasModel(modelDir)) ? await loadModel(modelDir) : undefined;
  try {
    const trained = await trainModel({
      ...options,
      seed: train.seed,
      testSize: train.test_size,
      ...(train.n_rows === undefined ? {} : { nRows: train.n_rows }),
      ...(train.folds === undefined ? {} : { folds: train.folds }),
      ...(inPlace === undefined ? {} : { inPlace }),
      parts: await trainingParts(project, options.spec),
    });
    await options.steps.run(
      "Write",
      () => writeModel(modelDir, trained.artifact.files, async (dir) => (await loadModel(dir)).close()),
      () => `${config.model_bin} (${trained.artifact.files.size} files)`,
    );
    return trained;
  } finally {
    await inPlace?.close();
  }
}

/** @throws {MltError} when there is no column to split by, or one that nothing is split by */
function splitRule({ strategy, column }: Project["config"]["train"]["split"]): SplitRule {
  if (strategy === "random") {
    if (column === undefined) return { strategy };
    throw new MltError("train.split.column is set, and train.split.strategy is random", {
      hint: "Set train.split.strategy to group or time, or leave the column out.",
    });
  }
  if (column !== undefined) return { strategy, column };
  throw new MltError(`train.split.strategy is ${strategy}, and train.split.column is not set`, {
    hint: `Name the column that holds the ${strategy} of each row.`,
  });
}

async function trainingParts(project: Project, spec: FeatureSpec): Promise<TrainingParts> {
  const { root, sourceDir, config } = project;
  setProjectContext(config.train);
  endOnStrayFailure(root);
  await allowProjectCode();
  const frames = polarsFrameTools(await loadPolars());
  const folders = { root, source: sourceDir, modules: Object.keys(libraryModules) };
  const code =
    config.train.command === undefined
      ? await loadProjectCode(folders)
      : await projectProgram(project, config.train.command, spec);
  return { code, frames, openSession: openOnnxSession, openPreprocessor };
}
