import { afterAll, beforeAll, expect } from "bun:test";
import { corners, plainValues } from "../../support/chart-corners.ts";
import { type Cluster, clusterTools, startCluster } from "../../support/cluster.ts";
import { chartFolder, type Manifest } from "../../support/helm-chart.ts";
import { missingTool, testWith } from "../../support/tools.ts";

const hasTools = clusterTools.every((tool) => missingTool(tool) === undefined);
let cluster: Cluster;

beforeAll(async () => {
  if (!hasTools) return;
  cluster = await startCluster({ extraTypes: true, podSecurity: "restricted" });
}, 120_000);

afterAll(async () => {
  if (hasTools) await cluster[Symbol.asyncDispose]();
});

/** Makes a release, or changes it, and gives what Helm says last. */
async function release(namespace: string, values: unknown): Promise<string> {
  const where = ["--namespace", namespace, "--create-namespace", "--values", "-"];
  const said = await cluster.helm(["upgrade", "--install", "iris", chartFolder, ...where], {
    stdin: JSON.stringify(values),
  });
  return said.slice(said.indexOf("NOTES:\n") + "NOTES:\n".length);
}

testWith(clusterTools, "a release says where it answers, and how to look at it", async () => {
  const id = plainValues.model.id;
  const inside = `iris 1.2.0 (${id}) answers as http://iris.notes:8000 in the cluster`;
  expect(await release("notes", plainValues)).toBe(`${inside}.

  helm -n notes test iris    sends it the golden requests
  kubectl -n notes get pods -l app.kubernetes.io/instance=iris
  kubectl -n notes logs -l app.kubernetes.io/instance=iris --prefix
`);
  const firstLine = async (values: object) => {
    const said = await release("notes", { ...plainValues, ...values });
    return said.slice(0, said.indexOf("\n"));
  };
  expect(await firstLine({ service: { nodePort: 30_123 } })).toBe(
    `${inside}, and at the port 30123 of every node.`,
  );
  expect(await firstLine({ service: { type: "LoadBalancer" } })).toBe(
    `${inside}, and outside at the address that shows: kubectl -n notes get service iris.`,
  );
  expect(await firstLine({ ingress: { host: "iris.example.org", tlsSecret: "iris-edge" } })).toBe(
    `${inside}, and as https://iris.example.org outside.`,
  );
});

testWith(
  clusterTools,
  "a release can go from any corner to any other, and leaves but its claim",
  async () => {
    const [nothing, everything] = corners;
    for (const corner of [nothing, everything, nothing, everything]) await release("moves", corner?.values);
    const kept = ["get", "persistentvolumeclaims", "--namespace", "moves", "--output", "json"];
    const claims = async () => JSON.parse(await cluster.kubectl(kept)).items.map(nameOf);
    expect(await claims()).toEqual(["iris-spool"]);
    await cluster.helm(["uninstall", "iris", "--namespace", "moves", "--wait"]);
    expect(await claims()).toEqual(["iris-spool"]);
    const kinds = [
      "deployments",
      "services",
      "ingresses",
      "httproutes",
      "servicemonitors",
      "networkpolicies",
    ];
    const more = ["horizontalpodautoscalers", "poddisruptionbudgets", "secrets"];
    const left = await cluster.kubectl(["get", [...kinds, ...more].join(), "-n", "moves", "-o", "json"]);
    expect(JSON.parse(left).items.map(nameOf)).toEqual([]);
  },
);

function nameOf({ metadata }: Manifest): string {
  return metadata.name;
}
