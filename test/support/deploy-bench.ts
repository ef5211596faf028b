import { type Cluster, clusterTools, startCluster } from "./cluster.ts";
import type { PodRule } from "./cluster-pods.ts";
import { type DockerRegistry, dockerRegistry, registryTools } from "./docker-registry.ts";
import type { serveMlt } from "./mlt.ts";
import { succeeded, type TestProject, trainedProject } from "./project.ts";
import { tempDir } from "./temp-dir.ts";

/** What a test that uses `deployBench` needs. */
export const deployTools = [...clusterTools, ...registryTools];

type Env = Readonly<Record<string, string>>;

/**
 * What `mlt deploy` meets: a real API server with real controllers, whose nodes kwok plays, and a real registry. Its
 * pods are not run; whoever asks one is led to a service of this machine.
 */
export interface DeployBench extends AsyncDisposable {
  readonly cluster: Cluster;
  readonly registry: DockerRegistry;
  /** With a trained model, whose image the registry has under the tag `a`. */
  readonly project: TestProject;
  /** What mlt is told of the two, and of the namespace. */
  env(namespace: string, more?: Env): Record<string, string>;
  /** Whoever asks a pod meets the project's present model, once pods are planned anew. */
  serve(project: TestProject, env?: Env): Promise<void>;
  /** From now on the pods of the namespace fare by the rules; one that is asked is what was served last. */
  plan(namespace: string, rules?: readonly PodRule[]): Promise<void>;
  /** Both. */
  play(project: TestProject, namespace: string, rules?: readonly PodRule[], env?: Env): Promise<void>;
  /** Pushes the image of a project's model. @returns its digest */
  push(project: TestProject, tag: string): Promise<string>;
  /** The image of the pods of `iris`, `none` where it is not there. */
  image(namespace: string): Promise<string>;
}

/** Starts one with some namespaces, whose pods must keep to the `restricted` standard. */
export async function deployBench(namespaces: readonly string[]): Promise<DeployBench> {
  const dir = tempDir();
  const [cluster, registry, project] = await Promise.all([
    startCluster({ extraTypes: true }),
    dockerRegistry(dir.path),
    trainedProject(),
  ]);
  let service: Awaited<ReturnType<typeof serveMlt>> | undefined;
  const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
  const items = namespaces.map((name) => ({
    ...{ apiVersion: "v1", kind: "Namespace" },
    metadata: { name, labels },
  }));
  const bench: DeployBench = {
    ...{ cluster, registry, project },
    env: (namespace, more = {}) => ({
      KUBECONFIG: cluster.kubeconfig,
      MLT_IMAGE__REGISTRY: registry.host,
      MLT_DEPLOY__NAMESPACE: namespace,
      // One port of the nodes is not enough for several releases.
      MLT_DEPLOY__SERVICE__TYPE: "ClusterIP",
      ...more,
    }),
    async serve(served, env = {}) {
      await service?.[Symbol.asyncDispose]();
      service = await served.serve([], env);
    },
    async plan(namespace, rules = []) {
      const logs = { [namespace]: "loading the model\nerror: the model is not what it was\n" };
      const forwards = service && { [namespace]: Number(new URL(service.url).port) };
      await cluster.plan({ rules, logs, ...(forwards && { forwards }) });
    },
    async play(served, namespace, rules, env) {
      await bench.serve(served, env);
      await bench.plan(namespace, rules);
    },
    async push(built, tag) {
      const args = ["build-image", "--engine", "oci", "--no-test", "--push", "--tag", tag, "--json"];
      return JSON.parse(succeeded(await built.mlt(args, bench.env("none")))).pushed[0].digest;
    },
    async image(namespace) {
      const path = "jsonpath={.spec.template.spec.containers[0].image}";
      const get = ["get", "deployment", "iris", "--ignore-not-found", "--namespace", namespace];
      return (await cluster.kubectl([...get, "--output", path])) || "none";
    },
    async [Symbol.asyncDispose]() {
      await service?.[Symbol.asyncDispose]();
      await cluster[Symbol.asyncDispose]();
      await registry.kill();
      project[Symbol.dispose]();
      dir[Symbol.dispose]();
    },
  };
  await registry.start();
  await cluster.apply(...items);
  await bench.push(project, "a");
  return bench;
}
