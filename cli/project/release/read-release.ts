import type { Cluster } from "../../../adapters/kubernetes/cluster.ts";
import type { PodState } from "../../../adapters/kubernetes/pod-state.ts";
import { readAutoscaler, readRollout } from "../../../adapters/kubernetes/read-rollout.ts";
import {
  type Revision,
  type RevisionContent,
  readHistory,
  readRevision,
} from "../../../adapters/kubernetes/release-history.ts";
import { type ServiceAddresses, serviceAddresses } from "../../../adapters/kubernetes/service-addresses.ts";
import { ExitCode, MltError } from "../../../core/errors.ts";
import { type PodService, podService } from "./pod-service.ts";

/** A release, as `mlt status --release` tells of it. */
export interface ReleaseStatus {
  readonly release: string;
  readonly namespace: string;
  /** Every wanted pod is ready, and of the present revision. */
  readonly isReady: boolean;
  readonly replicas: { readonly wanted: number; readonly updated: number; readonly ready: number };
  readonly autoscaler: Awaited<ReturnType<typeof readAutoscaler>>;
  /** The latest last. */
  readonly revisions: readonly (Revision & { readonly content: RevisionContent | undefined })[];
  readonly pods: readonly ReleasePod[];
  /** Where its Service answers; undefined where one may not look at it. */
  readonly addresses: ServiceAddresses | undefined;
}

export interface ReleasePod {
  readonly state: PodState;
  /** What its service says, or why it was not asked. */
  readonly service: PodService | string;
}

/** More than that are not asked: each is a process of kubectl here. */
const askedPods = 20;
const shownRevisions = 10;

/** Reads a release and asks each of its pods. @throws {MltError} external: where there is none, or the cluster does not tell */
export async function readRelease(cluster: Cluster, release: string): Promise<ReleaseStatus> {
  const history = (await readHistory(cluster, release)).slice(-shownRevisions);
  if (history.length === 0) throw noRelease(cluster, release);
  const [rollout, autoscaler, addresses, contents] = await Promise.all([
    readRollout(cluster, release),
    readAutoscaler(cluster, release),
    addressesOf(cluster, release),
    Promise.all(history.map(({ revision }) => readRevision(cluster, release, revision))),
  ]);
  const { wanted, updated, ready, isComplete } = rollout;
  return {
    ...{ release, namespace: cluster.namespace, autoscaler, addresses },
    isReady: isComplete,
    replicas: { wanted, updated, ready },
    revisions: history.map((revision, at) => ({ ...revision, content: contents[at] })),
    pods: await Promise.all(rollout.pods.map((state, at) => askPod(cluster, state, at))),
  };
}

/** Whoever may not look at the Service sees the pods all the same. */
async function addressesOf(cluster: Cluster, release: string): Promise<ServiceAddresses | undefined> {
  try {
    return await serviceAddresses(cluster, release);
  } catch (cause) {
    if (cause instanceof MltError) return undefined;
    throw cause;
  }
}

async function askPod(cluster: Cluster, state: PodState, at: number): Promise<ReleasePod> {
  if (at >= askedPods) return { state, service: `only ${askedPods} pods are asked` };
  if (state.isEnding) return { state, service: "it is on its way out" };
  // A container that runs may answer why it is not ready.
  if (!state.isRunning) return { state, service: "it does not run" };
  return { state, service: await podService(cluster, state) };
}

/** What is said where there is no such release. */
export function noRelease(cluster: Cluster, release: string): MltError {
  return new MltError(`There is no release "${release}" in the namespace "${cluster.namespace}"`, {
    hint: "Make it with mlt deploy, or say as deploy.release and deploy.namespace which one is meant.",
    exitCode: ExitCode.external,
  });
}
