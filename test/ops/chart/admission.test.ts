import { afterAll, beforeAll, expect } from "bun:test";
import { corners } from "../../support/chart-corners.ts";
import { type Cluster, clusterTools, startCluster } from "../../support/cluster.ts";
import { type Manifest, onlyOf, renderChart } from "../../support/helm-chart.ts";
import { missingTool, testWith } from "../../support/tools.ts";

const hasTools = clusterTools.every((tool) => missingTool(tool) === undefined);
let cluster: Cluster;

beforeAll(async () => {
  if (!hasTools) return;
  cluster = await startCluster({ extraTypes: true });
  const level = (mode: string) => [`pod-security.kubernetes.io/${mode}`, "restricted"];
  const labels = Object.fromEntries(["enforce", "warn"].map(level));
  await cluster.apply(
    { apiVersion: "v1", kind: "Namespace", metadata: { name: "team", labels } },
    // Pods are refused without theirs.
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "iris", namespace: "team" } },
  );
}, 120_000);

afterAll(async () => {
  if (hasTools) await cluster[Symbol.asyncDispose]();
});

/** What the API server says to objects that it would create. */
async function tried(objects: readonly Manifest[]) {
  const list = { apiVersion: "v1", kind: "List", items: objects };
  const command = ["kubectl", "create", "--namespace", "team", "--dry-run=server", "--filename", "-"];
  return await cluster.run(command, { stdin: JSON.stringify(list) });
}

/** The pod that a Deployment would make: only pods themselves are refused. */
function podOf(objects: readonly Manifest[]): Manifest {
  const { metadata, spec } = onlyOf(objects, "Deployment").spec.template;
  return { apiVersion: "v1", kind: "Pod", metadata: { ...metadata, name: "iris-0" }, spec };
}

testWith(
  clusterTools,
  "the API server takes the objects of every corner in a namespace of restricted pods, and warns of none",
  async () => {
    const different = new Map<string, Manifest>();
    for (const { values } of corners) {
      const objects = await renderChart(values);
      const tries = objects.filter(({ kind }) => kind !== "ServiceAccount");
      for (const object of [...tries, podOf(objects)]) different.set(JSON.stringify(object), object);
    }
    const { exitCode, stdout, stderr } = await tried([...different.values()]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout.trim().split("\n")).toHaveLength(different.size);
    expect(stdout).toContain("httproute.gateway.networking.k8s.io/iris created (server dry run)");
    expect(stdout).toContain("servicemonitor.monitoring.coreos.com/iris created (server dry run)");
  },
  180_000,
);

testWith(clusterTools, "the API server refuses a pod of the chart that is given a privilege", async () => {
  const pod = podOf(await renderChart(corners[0]?.values ?? {}));
  pod.spec.containers[0].securityContext.capabilities = {};
  const { exitCode, stderr } = await tried([pod]);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('violates PodSecurity "restricted:latest"');
});
