import { describe, expect, test } from "bun:test";
import { lastingTrouble } from "../../../adapters/kubernetes/lasting-trouble.ts";
import { rolloutState } from "../../../adapters/kubernetes/rollout-state.ts";
import { type Chooser, chooser } from "../../support/chooser.ts";

const revision = "deployment.kubernetes.io/revision";

const deployment = (status: object, generation = 2, replicas = 2) => ({
  kind: "Deployment",
  metadata: { name: "iris", uid: "d", generation, annotations: { [revision]: "2" } },
  spec: { replicas },
  status: { observedGeneration: generation, ...status },
});

const replicaSet = (number: string, conditions: object[] = []) => ({
  kind: "ReplicaSet",
  metadata: {
    name: `iris-${number}`,
    uid: `s${number}`,
    annotations: { [revision]: number },
    ownerReferences: [{ uid: "d" }],
  },
  status: { conditions },
});

/** A pod of the template of that number, with what its container says. */
const pod = (name: string, number: string, container: object, more: object = {}, status: object = {}) => ({
  kind: "Pod",
  metadata: {
    name,
    uid: name,
    creationTimestamp: "2026-01-01T00:00:00Z",
    ownerReferences: [{ uid: `s${number}` }],
    ...more,
  },
  spec: {
    nodeName: "node",
    containers: [{ image: "iris", ports: [{ name: "https", containerPort: 8000 }] }],
  },
  status: { containerStatuses: [{ ready: false, restartCount: 0, ...container }], ...status },
});

const waiting = (reason: string, restartCount = 0) => ({
  restartCount,
  state: { waiting: { reason, message: "why" } },
});

const stateOf = (...items: object[]) => rolloutState({ items });
const podOf = (...args: Parameters<typeof pod>) =>
  stateOf(deployment({}), replicaSet("2"), pod(...args)).pods[0];

describe("rolloutState()", () => {
  test("is complete once every wanted pod is new and available, no other is left, and the controller has seen the change", () => {
    const full = { replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 };
    expect(stateOf(deployment(full))).toMatchObject({
      isComplete: true,
      wanted: 2,
      updated: 2,
      ready: 2,
      generation: 2,
    });
    expect(stateOf(deployment({ ...full, observedGeneration: 1 })).isComplete).toBe(false);
    expect(stateOf(deployment({ ...full, replicas: 3 })).isComplete).toBe(false);
    expect(stateOf(deployment({ ...full, updatedReplicas: 1 })).isComplete).toBe(false);
    expect(stateOf(deployment({ ...full, availableReplicas: 1 })).isComplete).toBe(false);
    expect(stateOf().isComplete).toBe(false);
  });

  test("tells new pods from old ones, and from those of another owner", () => {
    const ready = { state: { running: {} }, started: true };
    const { pods } = stateOf(
      ...[deployment({}), replicaSet("1"), replicaSet("2")],
      ...[pod("a", "1", ready), pod("b", "2", ready), pod("golden", "9", ready)],
    );
    expect(pods.map(({ name, isNew }) => [name, isNew])).toEqual([
      ["b", true],
      ["a", false],
    ]);
  });

  test("takes no pod for a new one until the controller has seen the change", () => {
    const crashed = [replicaSet("2"), pod("a", "2", waiting("CrashLoopBackOff", 9))];
    const before = stateOf(deployment({ observedGeneration: 1 }), ...crashed);
    expect(before.pods.map(({ isNew }) => isNew)).toEqual([false]);
    expect(lastingTrouble()(before, 0).hopeless).toBeUndefined();
    expect(lastingTrouble()(stateOf(deployment({}), ...crashed), 0).hopeless).toBeDefined();
  });

  test("sees no trouble in a pod that was evicted: another comes for it", () => {
    const status = { phase: "Failed", reason: "Evicted", message: "The node was low on resource: memory." };
    expect(podOf("a", "2", waiting("CrashLoopBackOff", 9), {}, status)).toMatchObject({
      ...{ isReady: false, trouble: undefined },
    });
    expect(podOf("a", "2", { containerStatuses: [] }, {}, status)?.text).toBe(
      "failed: The node was low on resource: memory.",
    );
  });

  test("looks at the service's container in a pod that the cluster adds others to", () => {
    const added = pod("a", "2", {});
    const spec = {
      ...added.spec,
      containers: [
        { name: "istio-proxy", image: "proxy" },
        { ...added.spec.containers[0], name: "mlt" },
      ],
    };
    // The kubelet has them by name.
    const containerStatuses = [
      { name: "istio-proxy", ready: true, restartCount: 7, state: { running: {} }, started: true },
      { name: "mlt", ready: false, restartCount: 0, state: { running: {} }, started: false },
    ];
    const list = [deployment({}), replicaSet("2"), { ...added, spec, status: { containerStatuses } }];
    expect(stateOf(...list).pods[0]).toMatchObject({
      ...{ text: "starting", restarts: 0, image: "iris", container: "mlt", port: 8000 },
      trouble: undefined,
    });
  });

  test.each([
    ["pulling the image", waiting("ContainerCreating")],
    ["starting", { state: { running: {} }, started: false }],
    ["not ready", { state: { running: {} }, started: true }],
    ["its image cannot be pulled: why", waiting("ErrImagePull")],
    ["its container cannot be made: why", waiting("CreateContainerConfigError")],
    ["it ended: exit code 137, OOMKilled", { state: { terminated: { exitCode: 137, reason: "OOMKilled" } } }],
    ["waiting: Strange: why", waiting("Strange")],
  ])("says of a pod %j", (text, container) => {
    expect(podOf("a", "2", container)?.text).toBe(text);
  });

  test("says of a pod how long it took, that it ends, and that no node takes it", () => {
    const ready = [{ type: "Ready", status: "True", lastTransitionTime: "2026-01-01T00:00:04Z" }];
    expect(podOf("a", "2", {}, {}, { conditions: ready })).toMatchObject({
      ...{ text: "ready after 4 s", isReady: true, port: 8000, isTls: true },
    });
    const leaving = { deletionTimestamp: "2026-01-01T00:00:05Z" };
    expect(podOf("a", "2", {}, leaving, { conditions: ready })).toMatchObject({
      ...{ text: "terminating", isReady: false, isEnding: true },
    });
    const unplaced = pod(
      "a",
      "2",
      {},
      {},
      {
        conditions: [{ type: "PodScheduled", status: "False", message: "0/1 nodes are available" }],
      },
    );
    const { nodeName: _, ...spec } = unplaced.spec;
    const { pods } = stateOf(deployment({}), replicaSet("2"), { ...unplaced, spec });
    expect(pods[0]?.text).toBe("no node takes it: 0/1 nodes are available");
  });

  test("takes nothing at all from what is odd, whatever it is", () => {
    for (let seed = 0; seed < 300; seed++) {
      const items = [deployment({}), replicaSet("2"), pod("a", "2", waiting("CrashLoopBackOff", 3))];
      const odd = garbled(chooser(seed), { items });
      const sightOf = lastingTrouble();
      try {
        expect(sightOf(rolloutState(odd), 0).stuck).toEqual([]);
      } catch (cause) {
        throw new Error(`seed ${seed}: ${JSON.stringify(odd)}`, { cause });
      }
    }
  });
});

/** The value with some of what is in it left out or made another thing. */
function garbled(choose: Chooser, value: unknown): unknown {
  if (choose.percent(8)) return choose.of([null, "odd", -1, [], {}, [null], true]);
  if (Array.isArray(value)) return value.map((item) => garbled(choose, item));
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(() => !choose.percent(5));
  return Object.fromEntries(kept.map(([key, item]) => [key, garbled(choose, item)]));
}

describe("lastingTrouble()", () => {
  const withPod = (container: object) => stateOf(deployment({}), replicaSet("2"), pod("a", "2", container));

  test("gives up on a crash at once, once it has come twice", () => {
    expect(lastingTrouble()(withPod(waiting("CrashLoopBackOff", 1)), 0).hopeless).toBeUndefined();
    expect(lastingTrouble()(withPod(waiting("CrashLoopBackOff", 2)), 0).hopeless).toBe(
      "The pod a can never be ready: it ended 2 times",
    );
  });

  test("gives an image twenty seconds, through which its words change", () => {
    const sightOf = lastingTrouble();
    expect(sightOf(withPod(waiting("ErrImagePull")), 0).hopeless).toBeUndefined();
    expect(sightOf(withPod(waiting("ImagePullBackOff")), 19_999).hopeless).toBeUndefined();
    expect(sightOf(withPod(waiting("ErrImagePull")), 20_000).hopeless).toBe(
      "The pod a can never be ready: its image cannot be pulled: why",
    );
    const again = lastingTrouble();
    again(withPod(waiting("ErrImagePull")), 0);
    again(withPod(waiting("ContainerCreating")), 10_000);
    expect(again(withPod(waiting("ErrImagePull")), 25_000).hopeless).toBeUndefined();
  });

  test("gives a quota ten seconds", () => {
    const refused = [{ type: "ReplicaFailure", status: "True", message: "exceeded quota: small" }];
    const state = stateOf(deployment({}), replicaSet("2", refused));
    const sightOf = lastingTrouble();
    expect(sightOf(state, 0).hopeless).toBeUndefined();
    expect(sightOf(state, 10_000).hopeless).toBe("No pod can be made: exceeded quota: small");
  });

  test("names pods that have not gone on for ten seconds, and no old ones", () => {
    const running = { state: { running: {} }, started: true };
    const state = stateOf(
      deployment({}),
      replicaSet("1"),
      replicaSet("2"),
      pod("a", "2", running),
      pod("b", "1", running),
    );
    const sightOf = lastingTrouble();
    expect(sightOf(state, 0).stuck).toEqual([]);
    expect(sightOf(state, 10_000).stuck.map(({ name }) => name)).toEqual(["a"]);
  });
});
