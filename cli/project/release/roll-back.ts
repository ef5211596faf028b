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

/** A rollback that was done, or that somebody does not wait for. */
export interface RolledBack {
  /** The new revision. */
  readonly revision: number;
  /** The one that it is like. */
  readonly target: number;
  /** Undefined where mlt did not make that one. */
  readonly content: RevisionContent | undefined;
  readonly pods: readonly PodState[];
  readonly isInterrupted: boolean;
}

/**
 * Makes a release what it was at an earlier revision, and waits until its pods are ready.
 *
 * @throws {MltError} input: where there is no such revision, or it never worked; external: where the cluster refuses, or
 *   the pods are not ready in time
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
  const revision = (await readHistory(cluster, release)).at(-1)?.revision ?? 0;
  const isInterrupted = end.outcome === "interrupted";
  if (end.failure !== undefined)
    throw await notBack({ wanted, target, failure: end.failure, pods: end.pods });
  return { revision, target, content, pods: end.pods, isInterrupted };
}

function targetOf({ release, to, cluster }: RollBack, history: readonly Revision[]): number {
  const last = history.at(-1);
  if (last === undefined) {
    throw new MltError(`There is no release "${release}" in the namespace "${cluster.namespace}"`, {
      hint: "Make it with mlt deploy, or say as deploy.release and deploy.namespace which one is meant.",
    });
  }
  const listed = history.map(({ revision, status }) => `${revision} (${status})`).join(", ");
  if (to === undefined) {
    const found = revisionBefore(history);
    if (found !== undefined) return originOf(found, history);
    throw new MltError(`The release "${release}" has no earlier revision that worked; it has ${listed}`, {
      hint: "Run mlt deploy with a model that works.",
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
