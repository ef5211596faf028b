import { test } from "bun:test";
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, mkdtempSync, rmSync } from "node:fs";
import { homedir, networkInterfaces, tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/**
 * What a test needs of the machine: an executable on PATH (`chromium`), a Python module (`python:sklearn`),
 * to run as the superuser (`root`), to mount file systems (`tmpfs`), an address of IPv6 (`ipv6`), the system itself (`linux`),
 * every program that test/support/cluster.ts starts (`cluster`), all that test/support/real-node.ts takes (`real-pods`), or
 * the Debian that test/support/ansible-hosts.ts starts (`ansible-host`).
 */
export type Tool = string;

/**
 * Registers a test that needs tools. Where one is missing the test is left out under a name that says so;
 * with MLT_REQUIRE_TOOLS=1 it fails instead.
 */
export function testWith(
  tools: readonly Tool[],
  name: string,
  run: () => Promise<void> | void,
  timeoutMs = 60_000,
): void {
  const missing = tools.map(missingTool).find((text) => text !== undefined);
  if (missing === undefined) test(name, run, timeoutMs);
  else if (process.env["MLT_REQUIRE_TOOLS"] === "1") {
    test(name, () => {
      throw new Error(`MLT_REQUIRE_TOOLS is 1, but ${missing}`);
    });
  } else test.skip(`${name} (left out: ${missing})`, run);
}

/** What a node of Kubernetes starts with, and the namespaces that it starts it in. */
export const nodeScript = join(import.meta.dirname, "real-node.sh");
export const nodeNamespaces = [
  "--mount",
  "--ipc",
  "--uts",
  "--pid",
  "--fork",
  "--mount-proc",
  "--kill-child",
];

/** The archive of a Debian with Python that test/support/tools.sh makes. */
export const hostArchive = join(
  process.env["MLT_TOOLS_DIR"] ??
    join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "mlt-tools"),
  "ansible-host/base-2.tar",
);

/** Where the executable is on PATH. */
export function executablePath(name: string): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/** Why the machine does not have it; `undefined` where it does. */
export function missingTool(tool: Tool): string | undefined {
  const ofMachine = machine[tool];
  if (ofMachine !== undefined) return ofMachine();
  if (tool.startsWith("python:")) {
    const module = tool.slice("python:".length);
    const { status } = spawnSync("python3", ["-c", `import ${module}`]);
    return status === 0 ? undefined : `python3 has no module ${module}`;
  }
  return executablePath(tool) === undefined ? `${tool} is not installed` : undefined;
}

/** What is no program: why it is not there. */
const machine: Readonly<Record<Tool, () => string | undefined>> = {
  root: () => (process.getuid?.() === 0 ? undefined : "the tests do not run as root"),
  linux: () => (process.platform === "linux" ? undefined : "this is not Linux"),
  cluster: () => clusterPrograms.map(missingTool).find((text) => text !== undefined),
  "real-pods": whyNoPods,
  "ansible-host": () => (existsSync(hostArchive) ? undefined : "test/support/tools.sh has made no Debian"),
  ipv6: () => (hasLoopbackOfIpv6() ? undefined : "there is no IPv6"),
  tmpfs: () => {
    const { status } = spawnSync("unshare", ["-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]);
    return status === 0 ? undefined : "the tests may not mount file systems";
  },
};

/** What a control plane of Kubernetes is made of here, and what drives it. */
const clusterPrograms: readonly Tool[] = [
  ...["linux", "openssl", "setpriv", "etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"],
  ...["kwok", "kubectl", "helm"],
];

/** A node of Kubernetes is programs, and the right to make namespaces, mounts, networks and groups of processes. */
function whyNoPods(): string | undefined {
  const programs = ["linux", "root", "containerd", "ctr", "runc", "iptables", "ip", "socat", "setpriv"];
  const missing = [...programs, "kubelet", "kube-proxy"].map(missingTool).find((text) => text !== undefined);
  if (missing !== undefined) return missing;
  if (!isExecutable("/usr/lib/cni/bridge")) return "the plugins of pod networks are not installed";
  const folder = mkdtempSync(join(tmpdir(), "mlt-test-"));
  const { status } = spawnSync("unshare", [...nodeNamespaces, "sh", nodeScript, folder]);
  rmSync(folder, { recursive: true, force: true });
  return status === 0 ? undefined : "the tests may not make what a node of Kubernetes is made of";
}

function hasLoopbackOfIpv6(): boolean {
  return Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some(({ address }) => address === "::1"),
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}
