import { afterAll, beforeAll, describe, expect } from "bun:test";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type DeployBench, deployBench, deployTools } from "../support/deploy-bench.ts";
import { until } from "../support/metric.ts";
import { type Finished, launch } from "../support/mlt.ts";
import { succeeded } from "../support/project.ts";
import { executablePath, missingTool, testWith } from "../support/tools.ts";

const hasTools = deployTools.every((tool) => missingTool(tool) === undefined);
const patience = 120_000;

let bench: DeployBench;

beforeAll(async () => {
  if (hasTools) bench = await deployBench(["team", "small", "stuck", "race", "balanced"]);
}, patience);

afterAll(async () => {
  if (hasTools) await bench[Symbol.asyncDispose]();
});

/** What a person sees: the exit code, the cause in one line, the hint. Nothing may have been changed. */
async function refusal(
  namespace: string,
  env: Record<string, string>,
  args: readonly string[] = [],
): Promise<(number | string | null | undefined)[]> {
  const finished = await bench.project.mlt(["deploy", "--tag", "a", ...args], bench.env(namespace, env));
  return shown(finished);
}

function shown({ exitCode, stdout, stderr }: Finished) {
  const lines = stderr.trimEnd().split("\n");
  const start = lines.findIndex((line) => line.startsWith("error: "));
  return [exitCode, stdout, ...lines.slice(start)];
}

describe("mlt deploy refuses, in one line and with the command that shows more,", () => {
  testWith(deployTools, "a machine without helm", async () => {
    expect(await refusal("team", { PATH: "/nowhere" })).toEqual([
      ...[4, ""],
      "error: There is no kubectl and no microk8s on PATH",
      "hint: Install kubectl (https://kubernetes.io/docs/tasks/tools), or MicroK8s, which brings it.",
    ]);
  });

  testWith(deployTools, "a machine that knows no cluster, or not the one that is meant", async () => {
    expect(await refusal("team", { KUBECONFIG: "/nowhere" })).toEqual([
      ...[4, ""],
      "error: No cluster is configured: there is no kubeconfig",
      "hint: Get the kubeconfig of the cluster, and name its file in KUBECONFIG.",
    ]);
    expect(await refusal("team", { MLT_DEPLOY__CONTEXT: "moon" })).toEqual([
      ...[4, ""],
      'error: The kubeconfig has no context "moon"',
      "hint: Run kubectl config get-contexts to see which there are, and name one as deploy.context.",
    ]);
  });

  testWith(deployTools, "a cluster that is not there", async () => {
    const path = join(bench.cluster.dir, "gone.kubeconfig");
    const text = await Bun.file(bench.cluster.kubeconfig).text();
    // A port that nobody may listen at without being asked.
    await Bun.write(path, text.replace(/(https:..127\.0\.0\.1):\d+/, "$1:1"));
    expect(await refusal("team", { KUBECONFIG: path })).toEqual([
      ...[4, ""],
      "error: Cannot reach the cluster at 127.0.0.1:1: nothing listens there",
      "hint: Run kubectl cluster-info -n team to see more.",
    ]);
  });

  testWith(deployTools, "credentials that have expired, and rights that are missing", async () => {
    const rules = [
      { apiGroups: [""], resources: ["secrets"], verbs: ["*"] },
      { apiGroups: ["apps"], resources: ["deployments"], verbs: ["get", "list"] },
    ];
    const options = { namespace: "team", rules };
    const late = { ...options, credential: "expired-certificate" as const };
    const expired = await bench.cluster.kubeconfigFor("late", late);
    expect(await refusal("team", { KUBECONFIG: expired })).toEqual([
      ...[4, ""],
      "error: The cluster does not take your credentials: they are wrong, or have expired",
      "hint: Log in to the cluster again, then run kubectl auth whoami -n team to see who you are.",
    ]);
    const reader = await bench.cluster.kubeconfigFor("reader", options);
    const [exitCode, , message, hint] = await refusal("team", { KUBECONFIG: reader });
    expect(exitCode).toBe(4);
    expect(message).toStartWith(
      'error: You may not do in the namespace "team" what it takes: get services, create services, patch services,',
    );
    expect(message).toContain(", create deployments, patch deployments,");
    expect(message).not.toContain("secrets");
    expect(hint).toBe(
      "hint: Ask for these rights; kubectl auth can-i --list -n team shows those that you have.",
    );
  });

  testWith(deployTools, "a namespace and a Secret that are not there", async () => {
    expect(await refusal("moon", {})).toEqual([
      ...[4, ""],
      'error: There is no namespace "moon"',
      "hint: Name another as deploy.namespace, or add --create-namespace.",
    ]);
    expect(await refusal("moon", {}, ["--create-namespace", "--dry-run"])).toEqual([
      ...[4, ""],
      'error: There is no namespace "moon"',
      "hint: Make it with kubectl create namespace moon: in none, the cluster can try nothing.",
    ]);
    expect(await refusal("team", { MLT_DEPLOY__SECRETS: "iris-keys" })).toEqual([
      ...[3, ""],
      'error: There is no Secret "iris-keys" in the namespace "team"',
      "hint: Create it with kubectl create secret generic iris-keys --from-env-file=… -n team.",
    ]);
  });

  testWith(deployTools, "a Secret that sets what is no setting, without telling what it holds", async () => {
    const keys = ["secret", "generic", "short", "--namespace", "team"];
    await bench.cluster.kubectl(["create", ...keys, "--from-literal=MLT_SERVE__API_KEYS=hunter2"]);
    const [exitCode, , message] = await refusal("team", { MLT_DEPLOY__SECRETS: "short" });
    expect([exitCode, message]).toEqual([
      3,
      'error: Secret "short": Expected each entry of MLT_SERVE__API_KEYS to be 16 to 512 visible ASCII characters, ' +
        "such as those of `openssl rand -hex 32`",
    ]);
    expect(await refusal("team", { MLT_DEPLOY__TLS_SECRET: "short" })).toEqual([
      ...[3, ""],
      'error: The Secret "short" has the type Opaque, not kubernetes.io/tls',
      "hint: Make it with kubectl create secret tls short --cert=… --key=… -n team.",
    ]);
  });

  testWith(deployTools, "more than the quota of the namespace", async () => {
    const spec = { hard: { "requests.memory": "100Mi" } };
    await bench.cluster.apply({
      ...{ apiVersion: "v1", kind: "ResourceQuota" },
      metadata: { name: "little", namespace: "small" },
      spec,
    });
    await bench.cluster.kubectl([
      ...["wait", "resourcequota/little", "--namespace", "small"],
      "--for=jsonpath={.status.hard.requests\\.memory}=100Mi",
    ]);
    expect(await refusal("small", {})).toEqual([
      ...[4, ""],
      'error: The quota "little" of the namespace "small" is exceeded: requests.memory=256Mi more than the ' +
        "requests.memory=0 of requests.memory=100Mi",
      "hint: Run kubectl describe quota -n small to see more.",
    ]);
  });

  testWith(deployTools, "a value that the chart does not know, or the cluster does not take", async () => {
    await bench.project.write({ "more.yaml": "replicass: 3\n" });
    const [exitCode, , message] = await refusal("team", { MLT_DEPLOY__VALUES: "more.yaml" });
    expect(exitCode).toBe(3);
    expect(message).toMatch(/^error: The chart refuses its values: .*'replicass'/);
    expect((await refusal("team", { MLT_DEPLOY__VALUES: "none.yaml" })).slice(0, 3)).toEqual([
      ...[3, ""],
      'error: Cannot read "none.yaml", which deploy.values names',
    ]);
  });

  testWith(deployTools, "a port of the nodes that another Service has", async () => {
    await bench.cluster.apply({
      ...{ apiVersion: "v1", kind: "Service" },
      metadata: { name: "other", namespace: "small" },
      spec: { type: "NodePort", ports: [{ port: 80, nodePort: 30_000 }] },
    });
    expect(await refusal("team", { MLT_DEPLOY__SERVICE__TYPE: "NodePort" })).toEqual([
      ...[4, ""],
      "error: Another Service of the cluster has the node port 30000",
      "hint: Set another deploy.service.node_port; kubectl get services --all-namespaces shows which has it.",
    ]);
  });

  testWith(
    deployTools,
    "an image that is not there, and a project that has no registry or model",
    async () => {
      const none = await bench.project.mlt(["deploy", "--tag", "none"], bench.env("team"));
      expect(shown(none)).toEqual([
        ...[3, ""],
        `error: There is no image "${bench.registry.host}/iris:none"`,
        "hint: Run mlt build-image --push, or name another with --tag.",
      ]);
      const [exitCode, , message] = shown(await bench.project.mlt(["deploy"]));
      expect([exitCode, message]).toEqual([
        3,
        "error: There is no registry that the cluster could get the image from",
      ]);
      const untrained = await refusal("team", { MLT_MODEL_BIN: "nowhere" });
      expect([untrained[0], untrained[3]]).toEqual([3, "hint: Train one with mlt train."]);
    },
  );

  testWith(deployTools, "a release that a killed helm left pending", async () => {
    const chart = await slowChart();
    const helm = launch(["helm", "install", "iris", chart, "--namespace", "stuck"], {
      cwd: bench.cluster.dir,
      env: { KUBECONFIG: bench.cluster.kubeconfig },
    });
    const pending = ["list", "--pending", "--namespace", "stuck", "--short"];
    await until(async () => (await bench.cluster.helm(pending)) === "iris\n");
    helm.child.kill("SIGKILL");
    await helm.finished;
    expect(await refusal("stuck", {})).toEqual([
      ...[4, ""],
      'error: Revision 1 of "iris" in the namespace "stuck" is pending-install: somebody deploys it now, or was cut off',
      "hint: Wait until that is done; where nobody deploys, run helm uninstall iris -n stuck, which clears it.",
    ]);
    expect(shown(await bench.project.mlt(["rollback"], bench.env("stuck")))).toEqual([
      ...[3, ""],
      'error: The release "iris" has no earlier revision that worked; it has 1 (pending-install)',
      "hint: Where nobody deploys it now, run helm uninstall iris -n stuck, then mlt deploy.",
    ]);
  });

  testWith(
    deployTools,
    "to take back what somebody else deploys who was faster",
    async () => {
      await bench.play(bench.project, "race");
      succeeded(await bench.project.mlt(["deploy", "--tag", "a"], bench.env("race")));
      const chart = await slowChart();
      const real = executablePath("helm");
      // Stands in front of helm: somebody else begins right before what mlt has checked.
      const first = `
case "$*" in
  *--dry-run*) ;;
  upgrade*)
    ${real} upgrade iris ${chart} --namespace race >/dev/null 2>&1 &
    until ${real} list --pending --namespace race --short | grep iris; do :; done >/dev/null
    kill -KILL $!
    ;;
esac`;
      const folder = join(bench.cluster.dir, "faster");
      await mkdir(folder);
      await writeFile(join(folder, "helm"), `#!/bin/sh${first}\nexec ${real} "$@"\n`, { mode: 0o755 });
      const PATH = `${folder}:${process.env["PATH"]}`;
      expect(await refusal("race", { PATH, MLT_DEPLOY__REPLICAS: "3" })).toEqual([
        ...[4, ""],
        "error: Another deploy or rollback of this release is in progress, or was cut off",
        "Nothing was changed in the cluster.",
        "hint: Wait until it is done; run mlt rollback where nobody deploys, which clears it.",
      ]);
      const history = await bench.cluster.helm([
        "history",
        "iris",
        "--namespace",
        "race",
        "--output",
        "json",
      ]);
      expect(JSON.parse(history).map(({ status }: { status: string }) => status)).toEqual([
        "deployed",
        "pending-upgrade",
      ]);
    },
    patience,
  );

  testWith(
    deployTools,
    "a load balancer that the cluster does not give, and says that it is not the pods",
    async () => {
      await bench.play(bench.project, "balanced");
      const env = { MLT_DEPLOY__SERVICE__TYPE: "LoadBalancer" };
      const said = await refusal("balanced", env, ["--timeout", "8s"]);
      expect(said).toEqual([
        ...[4, ""],
        "error: It was not ready in time: all 2 new pods are ready, and the Service has no address yet, or a claim no volume",
        "There was no revision before that worked, so the release was removed.",
        "hint: Run kubectl get services,persistentvolumeclaims -n balanced to see more.",
      ]);
    },
    patience,
  );

  testWith(deployTools, "flags that cannot be read", async () => {
    expect(await refusal("team", {}, ["--timeout", "soon"])).toEqual([
      ...[2, ""],
      'error: Cannot read --timeout "soon" as a time',
      "hint: Give seconds, minutes or hours from 1s to 24h, such as 90s or 5m.",
    ]);
  });
});

/** Folder of a chart that is never done. */
async function slowChart(): Promise<string> {
  const chart = join(bench.cluster.dir, "slow");
  await Bun.write(join(chart, "Chart.yaml"), "apiVersion: v2\nname: slow\nversion: 1.0.0\n");
  await Bun.write(join(chart, "templates/job.yaml"), endlessHook);
  return chart;
}

/** Before the release is made, Helm waits for a Job that no node takes. */
const endlessHook = `apiVersion: batch/v1
kind: Job
metadata: { name: endless, annotations: { helm.sh/hook: "pre-install,pre-upgrade" } }
spec:
  template:
    spec:
      restartPolicy: Never
      nodeSelector: { there: none }
      containers: [{ name: endless, image: registry.example/none }]
`;
