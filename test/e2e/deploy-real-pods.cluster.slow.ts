import { expect } from "bun:test";
import { startCluster } from "../support/cluster.ts";
import { dockerRegistry, registryTools } from "../support/docker-registry.ts";
import { until } from "../support/metric.ts";
import { pacedLoad } from "../support/paced-load.ts";
import { succeeded, type TestProject, trainedProject } from "../support/project.ts";
import { realNodeTools, startRealNode } from "../support/real-node.ts";
import { tempDir } from "../support/temp-dir.ts";
import { testWith } from "../support/tools.ts";

/** A cluster whose pods run, the registry that they pull from, and a project whose model is served by one worker. */
async function realCluster() {
  await using started = new AsyncDisposableStack();
  const dir = started.use(tempDir());
  const project = started.use(await trainedProject());
  project.edit("config.yaml", "serve:\n", "serve:\n  workers: 1\n");
  const registry = started.use(await dockerRegistry(dir.path));
  await registry.start();
  const cluster = started.use(await startCluster({ nodes: 0, podSecurity: "restricted" }));
  const node = started.use(await startRealNode(cluster, { ports: [registry.port] }));
  const env = {
    KUBECONFIG: cluster.kubeconfig,
    MLT_IMAGE__REGISTRY: registry.host,
    MLT_DEPLOY__SERVICE__TYPE: "ClusterIP",
    // The load takes its part of two processors.
    MLT_DEPLOY__RESOURCES__REQUESTS__CPU: "50m",
  };
  const parts = started.move();
  return { node, project, env, [Symbol.asyncDispose]: () => parts.disposeAsync() };
}

async function push(project: TestProject, tag: string, env: Record<string, string>): Promise<void> {
  const args = ["build-image", "--engine", "oci", "--no-test", "--push", "--tag", tag];
  succeeded(await project.mlt(args, env));
}

const row = { sepal_length: 5.1, sepal_width: 3.5, petal_length: 1.4, petal_width: 0.2 };

/** On a connection of its own, so the Service chooses a pod each time. */
function predict(url: string): Promise<Response> {
  return fetch(`${url}/api/predictions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify([row]),
    keepalive: false,
    // A connection to a pod that is gone may hear nothing for minutes.
    signal: AbortSignal.timeout(10_000),
  });
}

testWith(
  [...realNodeTools, ...registryTools],
  "mlt deploy changes the model, and takes back one that cannot start, and none of 200 requests a second is lost",
  async () => {
    await using real = await realCluster();
    const { node, project, env } = real;
    await push(project, "a", env);
    const first = await project.mlt(["deploy", "--tag", "a"], env);
    expect(succeeded(first)).toContain("revision 1\n");
    expect(first.stderr).toContain("10 answered as trained by each new pod");

    const url = await node.serviceUrl("iris");
    const models = new Set<string | null>();
    const load = pacedLoad(async () => {
      const answer = await predict(url);
      models.add(answer.headers.get("x-model-id"));
      return answer;
    }, 200);
    await until(() => load.answered() >= 200);
    const before = [...models];
    succeeded(await project.mlt(["train", "--seed", "2"]));
    await push(project, "b", env);
    const second = JSON.parse(succeeded(await project.mlt(["deploy", "--tag", "b", "--json"], env)));
    models.clear();
    const changedAt = load.answered();
    await until(() => load.answered() >= changedAt + 200);
    expect([...models]).toEqual([second.model.id]);
    expect(before).not.toContain(second.model.id);

    await project.write({ "wrong.yaml": "env: { MLT_SERVE__MAX_ROWS: many }\n" });
    const wrong = { ...env, MLT_DEPLOY__VALUES: "wrong.yaml" };
    const { exitCode, stderr } = await project.mlt(["deploy", "--tag", "b"], wrong);
    expect(exitCode).toBe(4);
    expect(stderr).toContain("Expected MLT_SERVE__MAX_ROWS to be an integer of at least 1");
    expect(stderr).toContain("Rolled back to revision 2, which runs now as revision 4.\n");

    const backAt = load.answered();
    await until(() => load.answered() >= backAt + 200);
    const { statuses, failures } = await load.end();
    expect({ failures, statuses: Object.keys(statuses) }).toEqual({ failures: [], statuses: ["200"] });
  },
  400_000,
);
