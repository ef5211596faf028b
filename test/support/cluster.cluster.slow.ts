import { afterAll, beforeAll, describe, expect } from "bun:test";
import { join } from "node:path";
import { freePort } from "../../ops/build/free-port.ts";
import { type Cluster, clusterTools, startCluster } from "./cluster.ts";
import { launch } from "./mlt.ts";
import { missingTool, testWith } from "./tools.ts";

const hasTools = clusterTools.every((tool) => missingTool(tool) === undefined);
let cluster: Cluster;

beforeAll(async () => {
  if (!hasTools) return;
  cluster = await startCluster({
    extraTypes: true,
    plan: {
      rules: [
        { image: "unready", fate: "never-ready" },
        { image: "crashing", fate: "crash" },
        { image: "missing", fate: "no-image" },
      ],
      logs: { team: "loading the model\nerror: no model\n" },
    },
  });
  await cluster.apply({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: "team", labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
  });
}, 60_000);

afterAll(async () => {
  if (hasTools) await cluster[Symbol.asyncDispose]();
});

describe("a cluster of startCluster()", () => {
  testWith(clusterTools, "makes the pods of a deployment ready, and leads its service to them", async () => {
    await cluster.apply(deployment("iris", "registry.example/iris:1"), service("iris"));
    const status = ["rollout", "status", "deployment/iris", "--namespace", "team", "--timeout", "30s"];
    expect(await cluster.kubectl(status)).toContain('deployment "iris" successfully rolled out');
    const slices = ["get", "endpointslices", "--namespace", "team", "--output"];
    const wait = ["wait", "--for=jsonpath={.endpoints[1].conditions.ready}=true", "endpointslices"];
    await cluster.kubectl([...wait, "--selector", "kubernetes.io/service-name=iris", "--namespace", "team"]);
    expect(await cluster.kubectl([...slices, "jsonpath={.items[*].ports[*].port}"])).toBe("5000");
  });

  testWith(
    clusterTools,
    "lets pods fail as the plan says, with the statuses and events of real ones",
    async () => {
      for (const name of ["unready", "crashing", "missing"]) {
        await cluster.apply(deployment(name, `registry.example/${name}:1`));
      }
      const waiting = "{.status.containerStatuses[0].state.waiting.reason}";
      const until = async (name: string, path: string, value: string) =>
        await cluster.kubectl([
          ...["wait", "pods", "--selector", `app=${name}`, "--namespace", "team", "--timeout", "20s"],
          `--for=jsonpath=${path}=${value}`,
        ]);
      await until("crashing", waiting, "CrashLoopBackOff");
      await until("missing", waiting, "ImagePullBackOff");
      await until("unready", "{.status.phase}", "Running");
      const status = ["rollout", "status", "deployment/unready", "--namespace", "team", "--timeout", "2s"];
      expect((await cluster.run(["kubectl", ...status])).exitCode).toBe(1);
      const events = ["get", "events", "--namespace", "team", "--field-selector", "type=Warning", "--output"];
      const reasons = await cluster.kubectl([...events, "jsonpath={.items[*].reason}"]);
      expect(new Set(reasons.split(" "))).toEqual(new Set(["BackOff", "Failed", "Unhealthy"]));
    },
  );

  testWith(clusterTools, "lets the pod of a job complete, or fail", async () => {
    for (const [name, condition] of [
      ["whole", "complete"],
      ["crashing", "failed"],
    ] as const) {
      await cluster.apply(job(name, `registry.example/${name}:1`));
      const wait = ["wait", `job/${name}`, "--namespace", "team", "--timeout", "20s"];
      await cluster.kubectl([...wait, `--for=condition=${condition}`]);
    }
  });

  testWith(clusterTools, "turns pods that were ready, and turns them back", async () => {
    await cluster.apply(deployment("turning", "registry.example/turning:1"));
    const until = async (path: string, value: string) => {
      const wait = ["wait", "deployment/turning", "--namespace", "team", "--timeout", "20s"];
      await cluster.kubectl([...wait, `--for=jsonpath={.status.${path}}=${value}`]);
    };
    await until("availableReplicas", "2");
    for (const fate of ["crash", "never-ready"] as const) {
      await cluster.turn("team", "app=turning", fate);
      await until("unavailableReplicas", "2");
      await cluster.turn("team", "app=turning", "ready");
      await until("availableReplicas", "2");
    }
  });

  testWith(
    clusterTools,
    "prints the logs of the plan, and forwards ports to a process of the test",
    async () => {
      await cluster.apply(deployment("logged", "registry.example/logged:1"));
      await cluster.kubectl(["rollout", "status", "deployment/logged", "--namespace", "team"]);
      const logs = ["logs", "deployment/logged", "--namespace", "team", "--tail", "1"];
      expect(await cluster.kubectl(logs)).toBe("error: no model\n");

      using server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response("of the pod") });
      await cluster.plan({ forwards: { team: server.port ?? 0 } });
      const port = await freePort();
      const forwarding = launch(
        ["kubectl", "port-forward", "deployment/logged", `${port}:5000`, "--namespace", "team"],
        { cwd: cluster.dir, env: { KUBECONFIG: cluster.kubeconfig } },
      );
      const answer = await firstAnswer(`http://127.0.0.1:${port}`);
      forwarding.child.kill("SIGKILL");
      await forwarding.finished;
      expect(answer).toBe("of the pod");
    },
  );

  testWith(clusterTools, "refuses what its pod security standard forbids", async () => {
    const container = {
      name: "shell",
      image: "registry.example/shell:1",
      securityContext: { privileged: true },
    };
    const pod = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "shell", namespace: "team" },
      spec: { containers: [container] },
    };
    const applied = await cluster.run(["kubectl", "apply", "-f", "-"], { stdin: JSON.stringify(pod) });
    expect(applied.exitCode).toBe(1);
    expect(applied.stderr).toContain('pods "shell" is forbidden: violates PodSecurity "restricted:latest"');
  });

  testWith(clusterTools, "lets a user do what the rules say, and nothing else", async () => {
    const rules = [{ apiGroups: ["apps"], resources: ["deployments"], verbs: ["get", "list"] }];
    for (const credential of ["certificate", "token"] as const) {
      const user = `reader-${credential}`;
      const kubeconfig = await cluster.kubeconfigFor(user, { namespace: "team", rules, credential });
      await cluster.kubectl(["get", "deployments"], { kubeconfig });
      const refused = await cluster.run(["kubectl", "get", "secrets"], { kubeconfig });
      expect(refused.stderr).toContain(
        'cannot list resource "secrets" in API group "" in the namespace "team"',
      );
    }
    const clusterRules = [{ apiGroups: [""], resources: ["nodes"], verbs: ["list"] }];
    const watcher = await cluster.kubeconfigFor("watcher", { namespace: "team", rules, clusterRules });
    await cluster.kubectl(["get", "nodes"], { kubeconfig: watcher });
    for (const credential of ["expired-certificate", "unknown-token"] as const) {
      const kubeconfig = await cluster.kubeconfigFor(credential, { namespace: "team", rules, credential });
      const refused = await cluster.run(["kubectl", "get", "deployments"], { kubeconfig });
      expect(refused.stderr).toContain("You must be logged in to the server");
    }
  });

  testWith(clusterTools, "answers nothing while its API server is frozen", async () => {
    cluster.freeze();
    const asked = await cluster.run(["kubectl", "get", "nodes", "--request-timeout", "1s"]);
    cluster.thaw();
    expect(asked.exitCode).toBe(1);
    await cluster.kubectl(["get", "nodes"]);
  });

  testWith(clusterTools, "takes a chart of helm, with types that are not Kubernetes' own", async () => {
    const chart = join(cluster.dir, "chart");
    await Bun.write(join(chart, "Chart.yaml"), "apiVersion: v2\nname: routes\nversion: 1.0.0\n");
    await Bun.write(join(chart, "templates/route.yaml"), route);
    await Bun.write(join(chart, "templates/monitor.yaml"), monitor);
    await cluster.helm(["install", "routes", chart, "--namespace", "team"]);
    const kinds = ["get", "httproutes,servicemonitors", "--namespace", "team", "--output", "name"];
    expect(await cluster.kubectl(kinds)).toBe(
      "httproute.gateway.networking.k8s.io/iris\nservicemonitor.monitoring.coreos.com/iris\n",
    );
  });
});

const route = `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: iris }
spec: { parentRefs: [{ name: edge }], rules: [{ backendRefs: [{ name: iris, port: 80 }] }] }
`;

const monitor = `apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: { name: iris }
spec: { selector: { matchLabels: { app: iris } }, endpoints: [{ port: http }] }
`;

function deployment(name: string, image: string): object {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: "team" },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [container(name, image)] } },
    },
  };
}

function job(name: string, image: string): object {
  const spec = { restartPolicy: "Never", containers: [container(name, image)] };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name, namespace: "team" },
    spec: { backoffLimit: 0, template: { spec } },
  };
}

/** As the restricted standard wants it. */
function container(name: string, image: string): object {
  const securityContext = {
    allowPrivilegeEscalation: false,
    runAsNonRoot: true,
    capabilities: { drop: ["ALL"] },
    seccompProfile: { type: "RuntimeDefault" },
  };
  return { name, image, securityContext, ports: [{ containerPort: 5000 }] };
}

function service(name: string): object {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: "team" },
    spec: { selector: { app: name }, ports: [{ name: "http", port: 80, targetPort: 5000 }] },
  };
}

async function firstAnswer(url: string): Promise<string> {
  for (;;) {
    const answer = await fetch(url).then(
      (response) => response.text(),
      () => undefined,
    );
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
