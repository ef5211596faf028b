import { type ClusterObjects, clusterObjects, type Deployment, type ReplicaSet } from "./cluster-objects.ts";
import { type PodState, podState, type Trouble } from "./pod-state.ts";

/** How the pods of a release are. */
export interface RolloutState {
  /** Of the Deployment: greater with every change of it; 0 where there is none. */
  readonly generation: number;
  /** Pods that there shall be. */
  readonly wanted: number;
  /** Pods of the Deployment's present template. */
  readonly updated: number;
  readonly ready: number;
  /** Every wanted pod is new and ready, and no other is left. */
  readonly isComplete: boolean;
  /** The new ones first, each group by name. */
  readonly pods: readonly PodState[];
  /** Why no pod can be made. */
  readonly trouble: Trouble | undefined;
}

/** What `kubectl get deployment,replicaset,pod --output json` printed of one release; nothing is there where it is odd. */
export function rolloutState(list: unknown): RolloutState {
  const objects = clusterObjects(list);
  const [deployment] = objects.deployments;
  if (deployment === undefined) {
    return {
      ...{ generation: 0, wanted: 0, updated: 0, ready: 0 },
      isComplete: false,
      pods: [],
      trouble: undefined,
    };
  }
  const { status, metadata } = deployment;
  const wanted = deployment.spec.replicas ?? 1;
  const {
    updatedReplicas: updated = 0,
    readyReplicas: ready = 0,
    replicas = 0,
    availableReplicas = 0,
  } = status;
  const generation = metadata.generation ?? 0;
  const isSeen = (status.observedGeneration ?? 0) >= generation;
  // Until its controller has seen a change, the number of the template is that of the pods before.
  const newest = isSeen ? newestSet(deployment, objects.replicaSets) : undefined;
  return {
    ...{ generation, wanted, updated, ready },
    isComplete: isSeen && updated === wanted && replicas === wanted && availableReplicas === wanted,
    pods: podsOf(objects, deployment, newest),
    trouble: refusal(newest),
  };
}

const revision = "deployment.kubernetes.io/revision";

/** Its controller gives both the number of the template. */
function newestSet(deployment: Deployment, sets: readonly ReplicaSet[]): ReplicaSet | undefined {
  const number = deployment.metadata.annotations?.[revision];
  return sets.find(
    ({ metadata }) => owns(deployment.metadata.uid, metadata) && metadata.annotations?.[revision] === number,
  );
}

function owns(uid: string, { ownerReferences = [] }: ReplicaSet["metadata"]): boolean {
  return ownerReferences.some((owner) => owner.uid === uid);
}

function podsOf(
  { replicaSets, pods }: ClusterObjects,
  { metadata: { uid } }: Deployment,
  newest: ReplicaSet | undefined,
): PodState[] {
  const sets = replicaSets.filter(({ metadata }) => owns(uid, metadata));
  return pods
    .filter((pod) => sets.some((set) => owns(set.metadata.uid, pod.metadata)))
    .map((pod) => podState(pod, newest !== undefined && owns(newest.metadata.uid, pod.metadata)))
    .toSorted((a, b) => Number(b.isNew) - Number(a.isNew) || a.name.localeCompare(b.name));
}

/** Quotas and admission speak to whoever makes the pods, and that is the ReplicaSet. */
function refusal(newest: ReplicaSet | undefined): Trouble | undefined {
  const failure = newest?.status.conditions?.find(({ type }) => type === "ReplicaFailure");
  if (failure?.status !== "True") return undefined;
  return { kind: "quota", cause: failure.message ?? failure.reason ?? "no reason is given", graceMs: 10_000 };
}
