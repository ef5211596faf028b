import type { ContainerStatus, Pod } from "./cluster-objects.ts";

/** How a pod is, for people and for whoever waits for it. */
export interface PodState {
  readonly name: string;
  readonly uid: string;
  /** Of the template that the Deployment has now. */
  readonly isNew: boolean;
  readonly isReady: boolean;
  /** Its container is up, ready or not. */
  readonly isRunning: boolean;
  /** It is on its way out. */
  readonly isEnding: boolean;
  /** What it does now: `starting`, `ready after 3 s`. */
  readonly text: string;
  readonly restarts: number;
  /** Absent while no node has it. */
  readonly node: string | undefined;
  readonly image: string;
  /** The name of the service's container. */
  readonly container: string | undefined;
  /** That the service listens at; absent where its template says none. */
  readonly port: number | undefined;
  /** Whether it speaks HTTPS there. */
  readonly isTls: boolean;
  /** ISO 8601. */
  readonly creationTime: string | undefined;
  readonly modelId: string | undefined;
  /** Why it will not be ready by waiting. */
  readonly trouble: Trouble | undefined;
}

/** What does not pass by itself, once it has lasted for so long. */
export interface Trouble {
  /** Of the same kind while its words change to and fro. */
  readonly kind: "image" | "crash" | "container" | "quota";
  readonly cause: string;
  readonly graceMs: number;
}

/** How a pod is. */
export function podState(pod: Pod, isNew: boolean): PodState {
  const { metadata, spec, status } = pod;
  const container = ownOf(status.containerStatuses ?? []);
  const { name: containerName, image = "", ports: [port] = [] } = ownOf(spec.containers) ?? {};
  const isEnding = metadata.deletionTimestamp !== undefined;
  const isReady = condition(pod, "Ready")?.status === "True";
  return {
    ...{ name: metadata.name, uid: metadata.uid, isNew, isEnding },
    isReady: isReady && !isEnding,
    isRunning: container?.state?.running !== undefined,
    text: isEnding ? "terminating" : isReady ? readyText(pod) : waitingText(pod, container),
    restarts: container?.restartCount ?? 0,
    node: spec.nodeName,
    ...{ image, container: containerName },
    port: port?.containerPort,
    isTls: port?.name === "https",
    creationTime: metadata.creationTimestamp,
    modelId: metadata.annotations?.["mlt.io/model-id"],
    // One that failed as a whole, such as one that was evicted, has been given up, and another comes for it.
    trouble:
      isEnding || isReady || status.phase === "Failed" || container === undefined
        ? undefined
        : troubleOf(container),
  };
}

/** The name of the service's container in the chart. */
const serviceContainer = "mlt";

/** The service's, beside those that the cluster adds to pods; they may come first. A chart of one's own may call it otherwise. */
function ownOf<Named extends { readonly name?: string }>(containers: readonly Named[]): Named | undefined {
  return containers.find(({ name }) => name === serviceContainer) ?? containers[0];
}

function condition({ status }: Pod, type: string) {
  return status.conditions?.find((each) => each.type === type);
}

/** In whole seconds, as the cluster counts. */
function readyText(pod: Pod): string {
  const [from, to] = [pod.metadata.creationTimestamp, condition(pod, "Ready")?.lastTransitionTime];
  const ms = Date.parse(to ?? "") - Date.parse(from ?? "");
  return Number.isNaN(ms) ? "ready" : `ready after ${Math.max(0, Math.round(ms / 1000))} s`;
}

function waitingText(pod: Pod, container: ContainerStatus | undefined): string {
  if (pod.spec.nodeName === undefined) return unplaced(pod);
  const { phase, message, reason } = pod.status;
  if (phase === "Failed") return `failed: ${message ?? reason ?? "no reason is given"}`;
  const { waiting, terminated, running } = container?.state ?? {};
  if (container === undefined) return "waiting for its node";
  if (terminated !== undefined) return ended(container);
  if (waiting !== undefined) return waitingFor(container);
  if (running === undefined) return "waiting for its node";
  return container.started === true ? "not ready" : "starting";
}

function unplaced(pod: Pod): string {
  const scheduled = condition(pod, "PodScheduled");
  const why = scheduled?.status === "False" ? scheduled.message : undefined;
  return why === undefined ? "waiting for a node" : `no node takes it: ${why}`;
}

const quiet: Readonly<Record<string, string>> = {
  ContainerCreating: "pulling the image",
  PodInitializing: "starting",
};

function waitingFor(container: ContainerStatus): string {
  const { reason = "", message = "" } = container.state?.waiting ?? {};
  const said = quiet[reason] ?? troubleOf(container)?.cause;
  return said ?? `waiting: ${[reason, message].filter((part) => part !== "").join(": ")}`;
}

function ended({ restartCount, state, lastState }: ContainerStatus): string {
  const { exitCode, reason } = state?.terminated ?? lastState?.terminated ?? {};
  const how = [
    exitCode === undefined ? "" : `exit code ${exitCode}`,
    reason === "Error" ? "" : (reason ?? ""),
  ];
  const why = how.filter((part) => part !== "").join(", ");
  const times = restartCount < 2 ? "" : ` ${restartCount} times`;
  return `it ended${times}${why === "" ? "" : `: ${why}`}`;
}

/** The kubelet's reasons, in kubernetes/pkg/kubelet/images and kuberuntime. */
const imageReasons = new Set([
  "ErrImagePull",
  "ImagePullBackOff",
  "ErrImageNeverPull",
  "RegistryUnavailable",
]);
const wrongImage = new Set(["InvalidImageName", "ImageInspectError"]);
const containerReasons = new Set(["CreateContainerConfigError", "CreateContainerError", "RunContainerError"]);

function troubleOf(container: ContainerStatus): Trouble | undefined {
  const { restartCount, state } = container;
  const { reason = "", message = "" } = state?.waiting ?? {};
  const detail = message === "" ? "" : `: ${message}`;
  if (imageReasons.has(reason)) {
    return { kind: "image", cause: `its image cannot be pulled${detail}`, graceMs: 20_000 };
  }
  if (wrongImage.has(reason)) return { kind: "image", cause: `its image is wrong${detail}`, graceMs: 0 };
  if (containerReasons.has(reason)) {
    // What it lacks, such as a Secret, may come a moment later.
    return { kind: "container", cause: `its container cannot be made${detail}`, graceMs: 5_000 };
  }
  // One that comes up between two of its ends is looked at there too.
  const crashes = reason === "CrashLoopBackOff" ? 2 : 3;
  if (restartCount < crashes) return undefined;
  return { kind: "crash", cause: ended(container), graceMs: 0 };
}
