import { gitCommit, hasChanges } from "../../adapters/git.ts";
import { addRun } from "../../adapters/run-store.ts";
import type { FeatureSpec } from "../../core/features/feature-spec.ts";
import type { Identity } from "../../core/model/artifact.ts";
import { NotGoodEnough } from "../../core/model/not-good-enough.ts";
import type { Steps } from "../../core/model/steps.ts";
import type { Trained } from "../../core/model/train-model.ts";
import type { Run, ScoredRun } from "../../core/runs/run-record.ts";
import { warn } from "../output.ts";
import type { Project } from "./open-project.ts";
import type { TrainFlags } from "./train-project.ts";

/** Long enough for what failed, and short enough for a file that people read. */
const longestReason = 2_000;

/** What a training tells while it goes on, so that it can be kept as a run. */
export interface RunJournal {
  readonly steps: Steps;
  /** Takes what is known once the model is scored. */
  readonly onScored: (scored: ScoredRun) => void;
}

/**
 * Does a training, and keeps in .mlt/runs what came of it, whether or not a model went in place.
 * A run that cannot be kept is a warning: the model is worth more.
 */
export async function recordRun(
  project: Project,
  {
    spec,
    identity,
    flags,
  }: { readonly spec: FeatureSpec; readonly identity: Identity; readonly flags: TrainFlags },
  train: (journal: RunJournal) => Promise<Trained>,
): Promise<Trained> {
  const started = performance.now();
  const steps: Run["steps"] = [];
  let scored: ScoredRun | undefined;
  const git = await gitState(project.root);
  const keep = async (came: Pick<Run, "outcome" | "reason" | "intervals">) =>
    await keepRun(project.root, {
      schema_version: 1,
      id: identity.id,
      time: identity.creationTime,
      ...came,
      task: spec.task,
      target: spec.target,
      version: identity.version,
      mlt_version: identity.mltVersion,
      seed: project.config.train.seed,
      settings: settingsOf(project, flags),
      steps,
      seconds: seconds(started),
      ...git,
      ...scored,
    });
  try {
    const trained = await train({
      steps: timedSteps(flags.steps, steps),
      onScored(known) {
        scored = known;
      },
    });
    await keep({ outcome: "in place", intervals: { ...trained.intervals } });
    return trained;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const outcome = cause instanceof NotGoodEnough ? "refused" : "failed";
    await keep({ outcome, reason: message.slice(0, longestReason) });
    throw cause;
  }
}

async function keepRun(root: string, run: Run): Promise<void> {
  try {
    await addRun(root, run);
  } catch (cause) {
    warn(`The run is not in .mlt/runs: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

async function gitState(root: string): Promise<Pick<Run, "git_commit" | "git_dirty">> {
  const commit = await gitCommit(root);
  return commit === undefined ? {} : { git_commit: commit, git_dirty: await hasChanges(root) };
}

/** What decides of a training beside its code and data, but for what is as it is without being set. */
function settingsOf({ config }: Project, { bounds, compare }: TrainFlags): Run["settings"] {
  const { test_size, split, n_rows, folds, command } = config.train;
  return {
    test_size,
    ...(split.strategy === "random" ? {} : { split: `${split.strategy} of ${split.column}` }),
    ...(n_rows === undefined ? {} : { n_rows }),
    ...(folds === undefined ? {} : { folds }),
    ...(command === undefined ? {} : { command: command.join(" ") }),
    ...(bounds.length === 0
      ? {}
      : { "min-metric": bounds.map(({ metric, bound }) => `${metric}=${bound}`).join(",") }),
    ...(compare ? { compare } : {}),
  };
}

/** The steps as they are, and how long each took. */
function timedSteps(steps: Steps, times: Run["steps"]): Steps {
  return {
    async run(title, work, describe) {
      const started = performance.now();
      try {
        return await steps.run(title, work, describe);
      } finally {
        times.push({ title, seconds: seconds(started) });
      }
    },
    warn: steps.warn,
  };
}

function seconds(started: number): number {
  return Math.round(performance.now() - started) / 1_000;
}
