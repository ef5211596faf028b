import { uninstallRelease, upgradeRelease } from "../../../adapters/helm/helm.ts";
import { busy } from "../../../adapters/kubernetes/failure-kinds.ts";
import type { PodState } from "../../../adapters/kubernetes/pod-state.ts";
import { originOf, readHistory, revisionBefore } from "../../../adapters/kubernetes/release-history.ts";
import { type ServiceAddresses, serviceAddresses } from "../../../adapters/kubernetes/service-addresses.ts";
import { ExitCode, MltError } from "../../../core/errors.ts";
import type { Steps } from "../../../core/model/steps.ts";
import type { Project } from "../open-project.ts";
import { failedPodsText } from "./failed-rollout.ts";
import { askGoldenOfPods } from "./golden-pods.ts";
import { type DeployPlan, makesRevision } from "./plan-deploy.ts";
import { rollBack } from "./roll-back.ts";
import type { RolloutLines } from "./rollout-lines.ts";
import { type RolloutEnd, watchRollout } from "./watch-rollout.ts";

export interface DeployOptions {
  readonly timeoutMs: number;
  readonly lines: RolloutLines;
  readonly steps: Steps;
  /** Somebody does not wait any longer. */
  readonly signal: AbortSignal;
}

/** A release that runs. */
export interface DeployReport {
  /** Whether it is another than before. */
  readonly changed: boolean;
  readonly revision: number;
  /** Names of the new pods. */
  readonly pods: readonly string[];
  /** Golden requests that each of them answered. */
  readonly goldenRows: number;
  readonly addresses: ServiceAddresses;
}

/**
 * Makes the release that was planned and watches its pods. They are asked what the model was asked when it was trained;
 * where they do not come or answer otherwise, the release goes back to what it was. A plan that changes nothing makes
 * no revision: then what runs is looked at alone.
 *
 * @throws {MltError} external: with what the pods said, and what runs now; interrupted
 */
export async function deploy(
  project: Project,
  plan: DeployPlan,
  options: DeployOptions,
): Promise<DeployReport> {
  const { cluster, release, changes } = plan;
  const changed = makesRevision(plan);
  const { timeoutMs, lines, signal } = options;
  const keepsPods = !changes.some(({ kind }) => kind === "Deployment");
  const watch = { cluster, release, timeoutMs, lines, keepsPods, signal };
  const end = await watchRollout(watch, async (stop) => {
    if (changed) await upgrade(plan, options, stop);
  });
  if (end.outcome === "interrupted") throw await interrupted(plan, changed);
  // Beside them there may be one that was evicted, or that the autoscaler ends.
  const pods = end.pods.filter(({ isReady }) => isReady);
  const failure = end.failure ?? (await golden(project, plan, pods, options));
  // The one who is asked ends by the same signal.
  if (signal.aborted) throw await interrupted(plan, changed);
  if (failure instanceof MltError) throw await undone(plan, { changed, failure, end }, options);
  const revision = (await readHistory(cluster, release)).at(-1)?.revision ?? plan.revision;
  const addresses = await serviceAddresses(cluster, release);
  const names = pods.map(({ name }) => name);
  return { changed, revision, pods: names, goldenRows: failure, addresses };
}

async function upgrade(plan: DeployPlan, { timeoutMs }: DeployOptions, signal: AbortSignal): Promise<void> {
  const { cluster, request, card } = plan;
  const description = `model ${card.name} ${card.version} ${card.id}`;
  await upgradeRelease(cluster, request, { timeoutMs, description, signal });
}

/** How many golden requests each pod answered, or why one did not. */
async function golden(
  project: Project,
  { cluster, card, pods: settings }: DeployPlan,
  pods: readonly PodState[],
  { steps }: DeployOptions,
): Promise<number | MltError> {
  const ask = () =>
    askGoldenOfPods({
      ...{ cluster, card, pods },
      key: settings.config.serve.api_keys?.[0] ?? project.config.serve.api_keys?.[0],
    });
  try {
    return await steps.run("Golden requests", ask, (rows) => `${rows} answered as trained by each new pod`);
  } catch (cause) {
    if (cause instanceof MltError) return cause;
    throw cause;
  }
}

interface Failed {
  readonly changed: boolean;
  readonly failure: MltError;
  readonly end: RolloutEnd;
}

/** Takes back what failed. @returns what to say of it */
async function undone(plan: DeployPlan, failed: Failed, options: DeployOptions): Promise<MltError> {
  const { changed, failure, end } = failed;
  // Else they are the pods of whoever is making the release.
  const hasPods = failure.message !== busy && (changed || end.outcome === "failed");
  // Before they are gone.
  const said = hasPods ? await failedPodsText(plan.cluster, end.pods) : "";
  const outcome = await goBack(plan, failed, options);
  const events = plan.cluster.shownKubectl("get events");
  return new MltError([failure.message, said, outcome].filter((text) => text !== "").join("\n"), {
    // The pods that it would describe are gone.
    hint:
      said === ""
        ? failure.hint
        : `Mend it, and run mlt deploy again; ${events} shows what became of the pods.`,
    exitCode: failure.exitCode === ExitCode.input ? ExitCode.input : ExitCode.external,
    cause: failure,
  });
}

async function goBack(
  { cluster, release, history }: DeployPlan,
  { changed, failure }: Failed,
  { timeoutMs, lines, steps }: DeployOptions,
): Promise<string> {
  if (!changed) return "Nothing was changed: it runs as it did before.";
  const now = await readHistory(cluster, release);
  const last = now.at(-1);
  const before = history.at(-1)?.revision ?? 0;
  // What somebody else is making is theirs.
  if (failure.message === busy || last === undefined || last.revision === before) {
    return "Nothing was changed in the cluster.";
  }
  // The one before theirs may be the one that failed.
  if (last.revision > before + 1) {
    return `It was not taken back: somebody else has made revision ${last.revision} meanwhile.`;
  }
  try {
    if (revisionBefore(now) === undefined) {
      await steps.run("Remove", () => uninstallRelease(cluster, release));
      return "There was no revision before that worked, so the release was removed.";
    }
    const back = await rollBack({ cluster, release, timeoutMs, lines });
    return `Rolled back to revision ${back.target}, which runs now as revision ${back.revision}.`;
  } catch (cause) {
    if (!(cause instanceof MltError)) throw cause;
    return `It was not taken back: ${cause.message}`;
  }
}

/** Who interrupts may want to look at the pods: nothing is taken back. */
async function interrupted({ cluster, release }: DeployPlan, changed: boolean): Promise<MltError> {
  const { interrupted: exitCode } = ExitCode;
  if (!changed) return new MltError("Interrupted: nothing was changed", { exitCode });
  const history = await readHistory(cluster, release);
  const last = history.at(-1);
  const good = revisionBefore(history);
  const state = last === undefined ? "there is no release" : `revision ${last.revision} is ${last.status}`;
  return new MltError(`Interrupted: ${state}, and its pods are left as they are`, {
    hint:
      good === undefined
        ? "Run mlt deploy again, or mlt status --release to see what is there."
        : `Run mlt rollback to go back to revision ${originOf(good, history)}, or mlt deploy again.`,
    exitCode,
  });
}
