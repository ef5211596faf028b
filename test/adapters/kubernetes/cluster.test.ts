import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { openCluster } from "../../../adapters/kubernetes/cluster.ts";
import { failure } from "../../support/failure.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { testWith } from "../../support/tools.ts";

test("a cluster says which programs are missing, once one is called", async () => {
  const cluster = openCluster({ namespace: "default", env: { PATH: "/nowhere" } });
  const failed = await failure(() => cluster.helm(["list"]));
  expect(failed.message).toBe("There is no helm and no microk8s on PATH");
  expect(failed.exitCode).toBe(4);
  expect((await failure(() => cluster.kubectlCommand(["get", "pods"]))).message).toBe(
    "There is no kubectl and no microk8s on PATH",
  );
});

test("a cluster is reached by MicroK8s' own programs where there is nothing else", async () => {
  using dir = tempDir();
  // Stands in for MicroK8s, which cannot be had here: it prints what it is called with.
  writeFileSync(`${dir.path}/microk8s`, '#!/bin/sh\necho "$@"\n', { mode: 0o755 });
  const cluster = openCluster({ namespace: "team", context: "blue", env: { PATH: dir.path } });
  expect(await cluster.kubectl(["get", "pods"], { timeoutMs: 5_000 })).toBe(
    "kubectl get pods --request-timeout=5s --namespace team --context blue\n",
  );
  expect(await cluster.helm(["list"])).toBe("helm3 list --namespace team --kube-context blue\n");
  expect(cluster.shownKubectl("get pods")).toBe("microk8s kubectl get pods -n team --context blue");
  expect(cluster.shownKubectl("get pods --all-namespaces")).toBe(
    "microk8s kubectl get pods --all-namespaces --context blue",
  );
  expect(cluster.shownHelm("list")).toBe("microk8s helm3 list -n team --kube-context blue");
});

test("helm asks the cluster that kubectl asks, whatever its own variables name", async () => {
  using dir = tempDir();
  // Stands in for helm: it prints what it is told of a cluster.
  writeFileSync(`${dir.path}/helm`, "#!/bin/sh\n/usr/bin/env | /bin/grep ^HELM\n", { mode: 0o755 });
  const env = { PATH: dir.path, HELM_KUBECONTEXT: "other", HELM_KUBETOKEN: "a", HELM_CACHE_HOME: "/cache" };
  const cluster = openCluster({ namespace: "team", env });
  expect(await cluster.helm(["list"])).toBe("HELM_CACHE_HOME=/cache\n");
});

test("a program that hangs is ended", async () => {
  using dir = tempDir();
  writeFileSync(`${dir.path}/kubectl`, "#!/bin/sh\nexec /bin/sleep 60\n", { mode: 0o755 });
  const cluster = openCluster({ namespace: "default", env: { PATH: dir.path } });
  const failed = await failure(() => cluster.kubectl(["get", "pods"], { timeoutMs: 200 }));
  expect(failed.message).toBe("The cluster does not answer: kubectl get took longer than 0.2 seconds");
});

testWith(["kubectl"], "a cluster that is not there is named, with the command that shows more", async () => {
  using dir = tempDir();
  const file = `${dir.path}/kubeconfig`;
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "test", cluster: { server: "https://127.0.0.1:1" } }],
    contexts: [{ name: "test", context: { cluster: "test", user: "test" } }],
    users: [{ name: "test", user: { token: "none" } }],
    "current-context": "test",
  };
  await Bun.write(file, JSON.stringify(config));
  const env = { PATH: process.env["PATH"], HOME: dir.path, KUBECONFIG: file };
  const ask = async (context?: string) =>
    await failure(() => openCluster({ namespace: "team", context, env }).kubectl(["get", "pods"]));
  const { message, hint } = await ask();
  expect(message).toBe("Cannot reach the cluster at 127.0.0.1:1: nothing listens there");
  expect(hint).toBe("Run kubectl cluster-info -n team to see more.");
  expect((await ask("other")).message).toBe('The kubeconfig has no context "other"');
});
