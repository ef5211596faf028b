import { MltError } from "../../core/errors.ts";
import type { Cluster } from "./cluster.ts";
import { type ClusterEvent, clusterObjects } from "./cluster-objects.ts";
import { printedJson } from "./printed-json.ts";
import { type RolloutState, rolloutState } from "./rollout-state.ts";

/** Looks at the pods of a release. @throws {MltError} external: when the cluster does not tell */
export async function readRollout(cluster: Cluster, release: string): Promise<RolloutState> {
  const selector = `app.kubernetes.io/name=mlt,app.kubernetes.io/instance=${release},app.kubernetes.io/component=service`;
  const kinds = "deployments,replicasets,pods";
  const said = await cluster.kubectl(["get", kinds, "--selector", selector, "--output", "json"]);
  return rolloutState(printedJson("kubectl", said));
}

/** How the number of pods follows the load; undefined where it does not, or one may not see it. */
export async function readAutoscaler(cluster: Cluster, release: string): Promise<Autoscaler | undefined> {
  const args = ["get", "horizontalpodautoscalers", release, "--ignore-not-found", "--output", "json"];
  try {
    const said = await cluster.kubectl(args);
    const [found] =
      said.trim() === "" ? [] : clusterObjects({ items: [printedJson("kubectl", said)] }).autoscalers;
    if (found === undefined) return undefined;
    const { spec, status } = found;
    const { currentReplicas: current = 0, desiredReplicas: desired = 0 } = status;
    return { fewest: spec.minReplicas ?? 1, most: spec.maxReplicas, current, desired };
  } catch (cause) {
    // Whoever may only look at pods sees them all the same.
    if (cause instanceof MltError) return undefined;
    throw cause;
  }
}

/** Numbers of pods. */
export interface Autoscaler {
  readonly fewest: number;
  readonly most: number;
  readonly current: number;
  readonly desired: number;
}

/** The latest events of a pod, the last one last, as one line each. @throws {MltError} external */
export async function readPodEvents(cluster: Cluster, podUid: string): Promise<readonly string[]> {
  const selector = `involvedObject.uid=${podUid}`;
  const said = await cluster.kubectl(["get", "events", "--field-selector", selector, "--output", "json"]);
  return clusterObjects(printedJson("kubectl", said))
    .events.toSorted((a, b) => timeOf(a).localeCompare(timeOf(b)))
    .map(({ reason = "", message = "" }) => `${reason}: ${message}`.replace(/\s+/g, " "));
}

function timeOf({ lastTimestamp, eventTime }: ClusterEvent): string {
  return lastTimestamp ?? eventTime ?? "";
}
