import type { Cluster } from "../../../adapters/kubernetes/cluster.ts";
import type { PodState } from "../../../adapters/kubernetes/pod-state.ts";
import {
  isGood,
  originOf,
  type Revision,
  type RevisionContent,
  readHistory,
  readRevision,
  revisionBefore,
} from "../../../adapters/kubernetes/release-history.ts";
import { ExitCode, MltError } from "../../../core/errors.ts";
import { failedPodsText } from "./failed-rollout.ts";
import { podService } from "./pod-service.ts";
import { noRelease } from "./read-release.ts";
import type { RolloutLines } from "./rollout-lines.ts";
import { watchRollout } from "./watch-rollout.ts";

export interface RollBack {
  readonly cluster: Cluster;
  readonly release: string;
  /** The revision to go back to: the good one before, where it is left out. */
  readonly to?: number | undefined;
  readonly timeoutMs: number;
  readonly lines: RolloutLines;
  /** Stops waiting; the cluster goes on. */
  readonly signal?: AbortSignal | undefined;
}

/** A rollback that was done. */
export interface RolledBack {
  /** The new revision. */
  readonly revision: number;
  /** The one that it is like. */
  readonly target: number;
  /** Undefined where mlt did not make that one. */
  readonly content: RevisionContent | undefined;
  readonly pods: readonly PodState[];
}

/**
 * Makes a release what it was at an earlier revision, and waits until its pods are ready.
 *
 * @throws {MltError} input: where there is no such revision, or it never worked; external: where the cluster refuses, or
 *   the pods are not ready in
 *   time or serve another model; interrupted: by the signal, and the cluster goes on
 */
export async function rollBack(wanted: RollBack): Promise<RolledBack> {
  const { cluster, release, timeoutMs, lines, signal } = wanted;
  const history = await readHistory(cluster, release);
  const target = targetOf(wanted, history);
  const content = await readRevision(cluster, release, target);
  const end = await watchRollout({ cluster, release, timeoutMs, lines, signal }, async () => {
    // Helm takes it also where an upgrade was cut off and left the release pending, and frees it by that. It is not told
    // to wait: helm ends at once on Ctrl-C while it waits, and would leave the release pending itself.
    await cluster.helm(["rollback", release, String(target)], { timeoutMs });
  });
  const last = (await readHistory(cluster, release)).at(-1);
  if (end.outcome === "interrupted") throw interrupted(last);
  const failure = end.failure ?? (await otherModel(cluster, content, end.pods));
  if (failure !== undefined) throw await notBack({ wanted, target, failure, pods: end.pods });
  return { revision: last?.revision ?? 0, target, content, pods: end.pods };
}

function interrupted(last: Revision | undefined): MltError {
  const state = last === undefined ? "nothing is changed" : `revision ${last.revision} is ${last.status}`;
  return new MltError(`Interrupted: ${state}, and the cluster goes on with its pods`, {
    hint: "Run mlt status --release to see how they are.",
    exitCode: ExitCode.interrupted,
  });
}

/** The pods themselves say what they serve, where they are reached. */
async function otherModel(
  cluster: Cluster,
  content: RevisionContent | undefined,
  pods: readonly PodState[],
): Promise<MltError | undefined> {
  if (content === undefined) return undefined;
  for (const pod of pods) {
    const service = await podService(cluster, pod);
    const id = typeof service === "string" ? undefined : service.status.model?.id;
    if (id === undefined || id === content.model.id) continue;
    return new MltError(`The pod ${pod.name} serves the model ${id}, not ${content.model.id}`, {
      hint: `Run ${cluster.shownKubectl(`describe pod ${pod.name}`)} to see which image it has.`,
      exitCode: ExitCode.external,
    });
  }
  return undefined;
}

function targetOf({ release, to, cluster }: RollBack, history: readonly Revision[]): number {
  const last = history.at(-1);
  if (last === undefined) throw noRelease(cluster, release);
  const listed = history.map(({ revision, status }) => `${revision} (${status})`).join(", ");
  if (to === undefined) {
    const found = revisionBefore(history);
    if (found !== undefined) return originOf(found, history);
    throw new MltError(`The release "${release}" has no earlier revision that worked; it has ${listed}`, {
      hint: last.status.startsWith("pending-")
        ? `Where nobody deploys it now, run ${cluster.shownHelm(`uninstall ${release}`)}, then mlt deploy.`
        : "Run mlt deploy with a model that works.",
    });
  }
  const found = history.find(({ revision }) => revision === to);
  const reason = refusal(found, last);
  if (found !== undefined && reason === undefined) return found.revision;
  throw new MltError(`Cannot roll back to revision ${to} of "${release}": ${reason}; it has ${listed}`, {
    hint: "Name another with --to, or none: it is then the last one before that worked.",
  });
}

function refusal(found: Revision | undefined, last: Revision): string | undefined {
  if (found === undefined) return "there is none of that number";
  if (!isGood(found)) return "it never worked";
  return found.revision === last.revision ? "it is the present one" : undefined;
}

interface NotBack {
  readonly wanted: RollBack;
  readonly target: number;
  readonly failure: MltError;
  readonly pods: readonly PodState[];
}

async function notBack({ wanted, target, failure, pods }: NotBack): Promise<MltError> {
  const said = await failedPodsText(wanted.cluster, pods);
  const message = `Cannot roll "${wanted.release}" back to revision ${target}: ${failure.message}`;
  return new MltError(said === "" ? message : `${message}\n${said}`, {
    hint: failure.hint,
    exitCode: ExitCode.external,
    cause: failure,
  });
}
