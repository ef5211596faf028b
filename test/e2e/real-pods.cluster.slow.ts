import { expect } from "bun:test";
import { join } from "node:path";
import { freePort } from "../../ops/build/free-port.ts";
import packageJson from "../../package.json" with { type: "json" };
import { startCluster } from "../support/cluster.ts";
import { keptConnections } from "../support/kept-connections.ts";
import { until } from "../support/metric.ts";
import { launch } from "../support/mlt.ts";
import { pacedLoad } from "../support/paced-load.ts";
import { succeeded, trainedProject } from "../support/project.ts";
import { realNodeTools, startRealNode } from "../support/real-node.ts";
import { testWith } from "../support/tools.ts";

/** As `mlt build-image` calls the image of the template. */
const image = "iris:0.1.0";

/** Two pods of the image; a pod that is to end serves for five seconds more, in which it comes off the Service. */
const deployment = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "iris" },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: "iris" } },
    strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
    template: {
      metadata: { labels: { app: "iris" } },
      spec: {
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
        containers: [
          {
            name: "iris",
            image,
            imagePullPolicy: "Never",
            args: ["serve", "--workers", "1"],
            ports: [{ containerPort: 8000 }],
            resources: { requests: { cpu: "10m" }, limits: { memory: "512Mi" } },
            securityContext: {
              allowPrivilegeEscalation: false,
              readOnlyRootFilesystem: true,
              capabilities: { drop: ["ALL"] },
            },
            readinessProbe: { httpGet: { path: "/readyz", port: 8000 }, periodSeconds: 1 },
            lifecycle: { preStop: { sleep: { seconds: 5 } } },
          },
        ],
      },
    },
  },
};

const service = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "iris" },
  spec: { selector: { app: "iris" }, ports: [{ port: 80, targetPort: 8000 }] },
};

/** A cluster whose pods run, with a trained model's image in a Deployment that is ready. */
async function deployedIris() {
  using project = await trainedProject();
  const archive = join(project.path, "image.tar");
  succeeded(await project.mlt(["build-image", "--engine", "oci", "--test=false", "--output", archive]));
  await using started = new AsyncDisposableStack();
  const cluster = started.use(await startCluster({ nodes: 0, podSecurity: "restricted" }));
  const node = started.use(await startRealNode(cluster));
  await node.loadImage(archive);
  await cluster.apply(deployment, service);
  await cluster.kubectl(["rollout", "status", "deployment/iris", "--timeout=60s"]);
  const parts = started.move();
  return { cluster, node, [Symbol.asyncDispose]: () => parts.disposeAsync() };
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

/** How clients send their requests. */
const clients = {
  "a new connection each": (url: string) => ({
    ask: () => predict(url),
    [Symbol.dispose]: () => undefined,
  }),
  "32 connections that are kept": (url: string) => {
    const kept = keptConnections(() => url, { count: 32, timeoutMs: 10_000 });
    return {
      ask: () => kept.post("/api/predictions", JSON.stringify([row])),
      [Symbol.dispose]: () => kept[Symbol.dispose](),
    };
  },
};

for (const [how, clientOf] of Object.entries(clients)) {
  testWith(
    realNodeTools,
    `a rolling restart of the image's pods loses none of 200 requests a second, over ${how}`,
    async () => {
      await using iris = await deployedIris();
      const { cluster, node } = iris;
      using client = clientOf(await node.serviceUrl("iris"));
      const load = pacedLoad(client.ask, 200);
      await until(() => load.answered() >= 200);
      const pods = await cluster.kubectl(["get", "pods", "--selector", "app=iris", "--output", "name"]);
      await cluster.kubectl(["rollout", "restart", "deployment/iris"]);
      await cluster.kubectl(["rollout", "status", "deployment/iris", "--timeout=90s"]);
      await cluster.kubectl(["wait", "--for=delete", ...pods.trim().split("\n"), "--timeout=60s"]);
      const atEnd = load.answered();
      await until(() => load.answered() >= atEnd + 200);
      const { statuses, failures } = await load.end();
      expect({ failures, statuses: Object.keys(statuses) }).toEqual({ failures: [], statuses: ["200"] });
    },
    180_000,
  );
}

testWith(
  realNodeTools,
  "pods of the image log, run commands and answer on a forwarded port",
  async () => {
    await using iris = await deployedIris();
    const { cluster } = iris;
    const logs = await cluster.kubectl(["logs", "--selector", "app=iris"]);
    expect(logs.match(/"Serving iris 0.1.0"/g)).toHaveLength(2);
    const version = await cluster.kubectl([
      "exec",
      "deployment/iris",
      "--",
      "/usr/local/bin/mlt",
      "--version",
    ]);
    expect(version).toBe(`${packageJson.version}\n`);
    const port = await freePort();
    const forwarding = launch(["kubectl", "port-forward", "service/iris", `${port}:80`], {
      cwd: cluster.dir,
      env: { KUBECONFIG: cluster.kubeconfig },
    });
    await until(() =>
      fetch(`http://127.0.0.1:${port}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
    const answer = await predict(`http://127.0.0.1:${port}`);
    expect<unknown>(await answer.json()).toEqual([{ class_name: "setosa" }]);
    forwarding.child.kill("SIGTERM");
    await forwarding.finished;
  },
  180_000,
);
