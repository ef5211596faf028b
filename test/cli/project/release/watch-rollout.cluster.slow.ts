import { afterAll, beforeAll, describe, expect } from "bun:test";
import { type Cluster, openCluster } from "../../../../adapters/kubernetes/cluster.ts";
import { readHistory } from "../../../../adapters/kubernetes/release-history.ts";
import { failedPodsText } from "../../../../cli/project/release/failed-rollout.ts";
import { rollBack } from "../../../../cli/project/release/roll-back.ts";
import type { RolloutLines } from "../../../../cli/project/release/rollout-lines.ts";
import { watchRollout } from "../../../../cli/project/release/watch-rollout.ts";
import { clusterTools, startCluster, type Cluster as TestCluster } from "../../../support/cluster.ts";
import { failure } from "../../../support/failure.ts";
import { until } from "../../../support/metric.ts";
import { launch } from "../../../support/mlt.ts";
import { type SmallRelease, smallChart, smallValues } from "../../../support/small-release.ts";
import { missingTool, testWith } from "../../../support/tools.ts";

const hasTools = clusterTools.every((tool) => missingTool(tool) === undefined);
let control: TestCluster;
let chart: string;

beforeAll(async () => {
  if (!hasTools) return;
  control = await startCluster({
    plan: {
      rules: [
        { image: "unready", fate: "never-ready" },
        { image: "crashing", fate: "crash" },
        { image: "missing", fate: "no-image" },
      ],
      logs: { crash: "loading the model\nerror: no model \u001b[31m\n" },
    },
  });
  chart = await smallChart(control.dir);
}, 60_000);

afterAll(async () => {
  if (hasTools) await control[Symbol.asyncDispose]();
});

async function namespace(name: string): Promise<Cluster> {
  await control.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
  const env = { PATH: process.env["PATH"], HOME: control.dir, KUBECONFIG: control.kubeconfig };
  return openCluster({ namespace: name, env });
}

interface Rolling {
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  readonly keepsPods?: boolean;
}

/** Installs or upgrades the release `iris`, and keeps what was shown of its pods: the texts in their order. */
async function roll(
  cluster: Cluster,
  release: SmallRelease,
  { signal, timeoutMs = 30_000, keepsPods = false }: Rolling = {},
) {
  const texts: string[] = [];
  const end = await watchRollout(
    { cluster, release: "iris", timeoutMs, lines: kept(texts), signal, keepsPods },
    (changeSignal) =>
      cluster.helm(
        [
          "upgrade",
          "--install",
          "iris",
          chart,
          "--values",
          "-",
          "--wait",
          "--timeout",
          `${timeoutMs / 1000}s`,
        ],
        { input: smallValues(release), signal: changeSignal, timeoutMs: timeoutMs + 10_000 },
      ),
  );
  return { ...end, texts };
}

function kept(texts: string[]): RolloutLines {
  return {
    show: (pods) => {
      for (const { text, isNew } of pods) {
        const shown = `${isNew ? "new" : "old"}: ${text}`;
        if (!texts.includes(shown)) texts.push(shown);
      }
    },
    done: () => undefined,
  };
}

const statuses = async (cluster: Cluster) =>
  (await readHistory(cluster, "iris")).map(({ revision, status }) => `${revision} ${status}`);

const one = { image: "model-1", modelId: "id-1" };
const two = { image: "model-2", modelId: "id-2" };
const three = { image: "model-3", modelId: "id-3" };

describe("watchRollout()", () => {
  testWith(clusterTools, "sees new pods become ready, and ends when only they are left", async () => {
    const cluster = await namespace("good");
    const first = await roll(cluster, one);
    expect(first).toMatchObject({ outcome: "done", failure: undefined, changed: true });
    expect(first.pods.map(({ isReady, modelId }) => [isReady, modelId])).toEqual([
      [true, "id-1"],
      [true, "id-1"],
    ]);
    const second = await roll(cluster, two);
    expect(second).toMatchObject({ outcome: "done", changed: true });
    expect(second.pods.map(({ modelId }) => modelId)).toEqual(["id-2", "id-2"]);
    expect(second.texts.some((text) => /^new: ready after \d+ s$/.test(text))).toBe(true);
    expect(await statuses(cluster)).toEqual(["1 superseded", "2 deployed"]);
    const same = await roll(cluster, two);
    expect(same).toMatchObject({ outcome: "done", changed: false });
    expect(same.pods.length).toBe(2);
  });

  testWith(
    clusterTools,
    "ends helm as soon as a pod crashes again and again, and helm marks the revision",
    async () => {
      const cluster = await namespace("crash");
      await roll(cluster, one);
      const started = performance.now();
      const end = await roll(cluster, { image: "crashing", modelId: "id-bad" }, { timeoutMs: 90_000 });
      expect(performance.now() - started).toBeLessThan(60_000);
      expect(end).toMatchObject({ outcome: "failed", changed: true });
      expect(end.failure?.message).toMatch(
        /^The pod iris-\S+ can never be ready: it ended \d+ times: exit code 1$/,
      );
      expect(end.failure?.exitCode).toBe(4);
      expect(await statuses(cluster)).toEqual(["1 deployed", "2 failed"]);
      const said = await failedPodsText(cluster, end.pods);
      expect(said).toMatch(/^iris-\S+: it ended \d+ times: exit code 1\n/);
      expect(said).toContain("last events:\n");
      expect(said).toContain("    BackOff: Back-off restarting failed container\n");
      expect(said).toEndWith(
        "  last lines before it ended:\n    loading the model\n    error: no model \\u{1b}[31m",
      );
      const back = await rollBack(asked(cluster));
      expect(back).toMatchObject({
        revision: 3,
        target: 1,

        content: { model: { id: "id-1" } },
      });
      expect(back.pods.map(({ modelId, isReady }) => [modelId, isReady])).toEqual([
        ["id-1", true],
        ["id-1", true],
      ]);
      expect(await statuses(cluster)).toEqual(["1 superseded", "2 failed", "3 deployed"]);
    },
  );

  testWith(clusterTools, "gives up on pods that are not ready in time, and says how they are", async () => {
    const cluster = await namespace("slow");
    const end = await roll(cluster, { image: "unready", modelId: "id-bad" }, { timeoutMs: 8_000 });
    expect(end).toMatchObject({ outcome: "failed", changed: true });
    expect(end.failure?.message).toMatch(
      /^It was not ready in time: 0 of 2 new pods are ready; iris-\S+: not ready$/,
    );
    expect(await statuses(cluster)).toEqual(["1 failed"]);
    expect(await failedPodsText(cluster, end.pods)).toContain(
      "Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 503",
    );
    const refused = await failure(() => rollBack(asked(cluster)));
    expect(refused.message).toBe('The release "iris" has no earlier revision that worked; it has 1 (failed)');
    expect(refused.exitCode).toBe(3);
  });

  testWith(clusterTools, "ends helm where the image cannot be pulled for twenty seconds", async () => {
    const cluster = await namespace("missing");
    const end = await roll(cluster, { image: "missing", modelId: "id-bad" }, { timeoutMs: 60_000 });
    expect(end.failure?.message).toMatch(
      /^The pod iris-\S+ can never be ready: its image cannot be pulled: Back-off pulling image "registry.example\/iris:missing"$/,
    );
    expect(await statuses(cluster)).toEqual(["1 failed"]);
  });

  testWith(clusterTools, "says which quota keeps pods from being made, before helm gives up", async () => {
    const cluster = await namespace("quota");
    await roll(cluster, one);
    await control.apply({
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { name: "small", namespace: "quota" },
      spec: { hard: { pods: "2" } },
    });
    const started = performance.now();
    const end = await roll(cluster, two, { timeoutMs: 90_000 });
    expect(performance.now() - started).toBeLessThan(60_000);
    expect(end.failure?.message).toMatch(
      /^No pod can be made: pods "iris-\S+" is forbidden: exceeded quota: small, requested: pods=1, used: pods=2, limited: pods=2$/,
    );
    expect(await statuses(cluster)).toEqual(["1 deployed", "2 failed"]);
  });

  testWith(clusterTools, "ends helm where somebody stops waiting, and helm marks the revision", async () => {
    const cluster = await namespace("stopped");
    await roll(cluster, one);
    const stop = new AbortController();
    const rolling = roll(cluster, { image: "unready", modelId: "id-2" }, { signal: stop.signal });
    await until(async () => (await statuses(cluster)).length === 2);
    stop.abort();
    expect(await rolling).toMatchObject({ outcome: "interrupted", failure: undefined });
    expect(await statuses(cluster)).toEqual(["1 deployed", "2 failed"]);
  });

  testWith(clusterTools, "gives up at once on pods that crash since the same was tried before", async () => {
    const cluster = await namespace("again");
    await roll(cluster, one);
    const crashing = { image: "crashing", modelId: "id-bad" };
    await roll(cluster, crashing, { timeoutMs: 90_000 });
    const end = await roll(cluster, crashing, { timeoutMs: 90_000, keepsPods: true });
    expect(end).toMatchObject({ outcome: "failed", changed: false });
    expect(end.failure?.message).toMatch(/^The pod iris-\S+ can never be ready: it ended \d+ times/);
    expect(await failedPodsText(cluster, end.pods)).toContain("  last lines before it ended:\n");
    // By helm, which noted the revision before it was ended.
    expect(await statuses(cluster)).toEqual(["1 deployed", "2 failed", "3 failed"]);
    expect(await rollBack(asked(cluster))).toMatchObject({ revision: 4, target: 1 });
  });
});

const asked = (cluster: Cluster) => ({ cluster, release: "iris", timeoutMs: 30_000, lines: kept([]) });

describe("rollBack()", () => {
  testWith(clusterTools, "goes back one good revision at a time, or to the one that is named", async () => {
    const cluster = await namespace("back");
    for (const release of [one, two, three]) await roll(cluster, release);
    expect(await rollBack(asked(cluster))).toMatchObject({ revision: 4, target: 2 });
    // Not to the third, which it came from.
    expect(await rollBack(asked(cluster))).toMatchObject({ revision: 5, target: 1 });
    expect(await rollBack({ ...asked(cluster), to: 3 })).toMatchObject({ revision: 6, target: 3 });
    const image = ["get", "deployment", "iris", "--output", "jsonpath={..image}"];
    expect(await cluster.kubectl(image)).toBe("registry.example/iris:model-3");
    for (const [to, reason] of [
      [9, "there is none of that number"],
      [6, "it is the present one"],
    ] as const) {
      const refused = await failure(() => rollBack({ ...asked(cluster), to }));
      expect(refused.message).toStartWith(
        `Cannot roll back to revision ${to} of "iris": ${reason}; it has 1 (`,
      );
      expect(refused.exitCode).toBe(3);
    }
  });

  testWith(clusterTools, "frees a release that a killed upgrade left pending", async () => {
    const cluster = await namespace("pending");
    await roll(cluster, one);
    const upgrade = launch(
      ["helm", "upgrade", "iris", chart, "--values", "-", "--wait", "--namespace", "pending"],
      { cwd: control.dir, env: { KUBECONFIG: control.kubeconfig } },
    );
    upgrade.child.stdin?.end(smallValues({ image: "unready", modelId: "id-bad" }));
    await until(async () => (await statuses(cluster)).includes("2 pending-upgrade"));
    upgrade.child.kill("SIGKILL");
    await upgrade.finished;
    const blocked = await roll(cluster, two);
    expect(blocked.failure?.message).toBe(
      "Another deploy or rollback of this release is in progress, or was cut off",
    );
    expect(blocked.failure?.exitCode).toBe(4);
    expect(await rollBack(asked(cluster))).toMatchObject({ revision: 3, target: 1 });
    expect(await roll(cluster, two)).toMatchObject({ outcome: "done" });
    expect(await statuses(cluster)).toEqual([
      "1 superseded",
      "2 pending-upgrade",
      "3 superseded",
      "4 deployed",
    ]);
    // The one that was cut off is no good one, whatever follows.
    expect(await rollBack(asked(cluster))).toMatchObject({ revision: 5, target: 1 });
  });

  testWith(clusterTools, "says what is wrong where there is no such release", async () => {
    const refused = await failure(async () => rollBack(asked(await namespace("empty"))));
    expect(refused.message).toBe('There is no release "iris" in the namespace "empty"');
    expect(refused.exitCode).toBe(4);
  });
});
