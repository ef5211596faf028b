import { expect } from "bun:test";
import { chmodSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { testAuthority } from "../../support/certificates.ts";
import { plainValues } from "../../support/chart-corners.ts";
import { type Cluster, startCluster } from "../../support/cluster.ts";
import { dockerRegistry, registryTools } from "../../support/docker-registry.ts";
import { chartFolder, onlyOf, renderChart } from "../../support/helm-chart.ts";
import { succeeded, trainedProject } from "../../support/project.ts";
import { type RealNode, realNodeTools, startRealNode } from "../../support/real-node.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { testWith } from "../../support/tools.ts";

const key = "0123456789abcdef";
const row = { sepal_length: 5.1, sepal_width: 3.5, petal_length: 1.4, petal_width: 0.2 };

/** A registry with the image of a trained project, and a cluster with a node that runs pods of it. */
async function clusterWithImage(dir: string) {
  await using started = new AsyncDisposableStack();
  const registry = started.use(await dockerRegistry(dir));
  await registry.start();
  using project = await trainedProject();
  const build = ["build-image", "--engine", "oci", "--test=false", "--push", "--json"];
  const { digest } = JSON.parse(succeeded(await project.mlt(build, { MLT_IMAGE__REGISTRY: registry.host })));
  const cluster = started.use(await startCluster({ nodes: 0, podSecurity: "restricted" }));
  const node = started.use(await startRealNode(cluster, { ports: [registry.port] }));
  const values = {
    ...plainValues,
    image: { repository: `${registry.host}/iris`, digest },
    config: "project: { name: iris }\nserve: { workers: 1 }\n",
    secrets: ["iris-keys"],
    replicas: 1,
    resources: { requests: { cpu: "10m" } },
  };
  const parts = started.move();
  return { cluster, node, values, [Symbol.asyncDispose]: () => parts.disposeAsync() };
}

/** What the release needs of the namespace: keys, a certificate, and a volume that every user may write to. */
async function prepare(cluster: Cluster, dir: string): Promise<string> {
  const authority = testAuthority(dir);
  authority.issue("server");
  const files = [`--cert=${join(dir, "server.pem")}`, `--key=${join(dir, "server.key")}`];
  await cluster.kubectl(["create", "secret", "tls", "iris-tls", ...files]);
  const variables = [`MLT_SERVE__API_KEYS=${key}`, "MLT_LOGGING__ENABLED=true"];
  const literals = variables.map((variable) => `--from-literal=${variable}`);
  await cluster.kubectl(["create", "secret", "generic", "iris-keys", ...literals]);
  const volume = join(dir, "volume");
  mkdirSync(volume);
  chmodSync(volume, 0o777);
  // The kubelet has no temporary folder of ours that is closed.
  chmodSync(dir, 0o755);
  await cluster.apply({
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name: "spool" },
    spec: {
      capacity: { storage: "1Gi" },
      accessModes: ["ReadWriteMany"],
      hostPath: { path: volume },
      storageClassName: "shared",
    },
  });
  return volume;
}

async function release(cluster: Cluster, values: object): Promise<void> {
  const args = ["upgrade", "--install", "iris", chartFolder, "--values", "-", "--wait", "--timeout", "60s"];
  await cluster.helm(args, { stdin: JSON.stringify(values) });
}

async function predict(node: RealNode, scheme: string): Promise<unknown> {
  const url = (await node.serviceUrl("iris")).replace("http:", `${scheme}:`);
  const answer = await fetch(`${url}/api/predictions`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": key },
    body: JSON.stringify([row]),
    tls: { rejectUnauthorized: false },
    keepalive: false,
  });
  return await answer.json();
}

/** Runs the pod of helm test. No DNS runs here, so it is told the address of the Service's name. */
async function goldenPod(cluster: Cluster, values: object): Promise<string> {
  const pod = onlyOf(await renderChart(values), "Pod");
  const ip = await cluster.kubectl(["get", "service", "iris", "--output=jsonpath={.spec.clusterIP}"]);
  pod.spec.hostAliases = [{ ip, hostnames: ["iris"] }];
  await cluster.apply(pod);
  const succeeding = ["wait", "--for=jsonpath={.status.phase}=Succeeded", "pod/iris-test", "--timeout=30s"];
  await cluster.run(["kubectl", ...succeeding]);
  const said = await cluster.kubectl(["logs", "iris-test"]);
  await cluster.kubectl(["delete", "pod", "iris-test", "--wait"]);
  return said;
}

testWith(
  [...realNodeTools, ...registryTools],
  "pods of the chart run on a node: by digest, with a config.yaml, keys, a certificate and a spool, in themselves or in a claim",
  async () => {
    using dir = tempDir();
    await using made = await clusterWithImage(dir.path);
    const { cluster, node, values } = made;
    const volume = await prepare(cluster, dir.path);
    await release(cluster, values);
    expect(await predict(node, "http")).toEqual([{ class_name: "setosa" }]);
    expect(await goldenPod(cluster, values)).toContain("It answers 10 golden requests");

    const secured = { ...values, tlsSecret: "iris-tls", spool: { persistent: true, storageClass: "shared" } };
    await release(cluster, secured);
    expect(await predict(node, "https")).toEqual([{ class_name: "setosa" }]);
    expect(await goldenPod(cluster, secured)).toContain("It answers 10 golden requests");
    const newest = ["get", "pods", "--sort-by=.metadata.creationTimestamp", "--output=name"];
    const pod = (await cluster.kubectl(newest)).trim().split("\n").at(-1)?.replace("pod/", "");
    const [folder, ...files] = readdirSync(volume, { recursive: true });
    expect(folder).toBe(pod ?? "");
    expect(files.join()).toMatch(/\.log$/);
  },
  300_000,
);
