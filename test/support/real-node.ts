import { type ChildProcess, execFile, spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { Cluster } from "./cluster.ts";
import { makeCgroups, removeCgroups, topCgroups } from "./node-cgroups.ts";
import { pauseImage } from "./pause-image.ts";
import { nodeSettings, pauseReference, proxyHealthPort } from "./real-node-settings.ts";
import { nodeNamespaces, nodeScript } from "./tools.ts";

/** A node of a cluster on which pods really run: in containers, by containerd and runc. */
export interface RealNode extends AsyncDisposable {
  readonly name: string;
  /** Address under which this machine and the pods reach it, and with it what `ports` names. */
  readonly address: string;
  /** Takes an image out of an archive of `mlt build-image --output`, under the names that it has there. */
  loadImage(archive: string): Promise<void>;
  /** Where a Service's own address answers, also on this machine: `http://10.0.0.7:8000`. */
  serviceUrl(name: string, namespace?: string): Promise<string>;
}

export interface RealNodeOptions {
  /** Ports of this machine's 127.0.0.1 that are the node's too: of a registry to pull from, of what pods send to. */
  readonly ports?: readonly number[];
}

/** What a test that uses `startRealNode` needs. */
export const realNodeTools = ["cluster", "real-pods"];

/**
 * Adds a node to a cluster. All of it, pods too, runs in namespaces of its own that end with this process, even where
 * it is killed; this machine's network gets one cable to it.
 */
export async function startRealNode(
  cluster: Cluster,
  { ports = [] }: RealNodeOptions = {},
): Promise<RealNode> {
  removeStale();
  const dir = mkdtempSync(join(tmpdir(), `${folderPrefix}${process.pid}-`));
  const mark = freeMark();
  const [name, network] = [`mltn${mark}`, `10.${200 + (mark >> 8)}.${mark & 255}`];
  const cgroup = `mlt-node-${process.pid}-${mark}`;
  makeCgroups(cgroup);
  for (const [file, text] of Object.entries(nodeSettings(dir, `/${cgroup}`))) {
    mkdirSync(dirname(join(dir, file)), { recursive: true });
    writeFileSync(join(dir, file), text);
  }
  cpSync(cluster.kubeconfig, join(dir, "kubeconfig"));
  const apiPort = Number(new URL(cluster.url).port);
  const child = launchNode([dir, name, network, ...[apiPort, ...ports].map(String)]);
  const node: RealNode = {
    name,
    address: `${network}.2`,
    loadImage: (archive) => importImage(dir, archive),
    serviceUrl: (service, namespace = "default") => routeTo(cluster, `${network}.2`, service, namespace),
    async [Symbol.asyncDispose]() {
      await ended(child);
      removeCgroups(cgroup);
      rmSync(dir, { recursive: true, force: true });
    },
  };
  try {
    await ready(child);
    await node.loadImage(await pauseImage(join(dir, "pause"), pauseReference));
    await cluster.kubectl(["wait", "--for=create", `node/${name}`, "--timeout=60s"]);
    await cluster.kubectl(["wait", "--for=condition=Ready", `node/${name}`, "--timeout=60s"]);
    await healthy(`http://${node.address}:${proxyHealthPort}/healthz`);
  } catch (cause) {
    const logs = ["containerd", "kubelet", "kube-proxy"].map((log) => tail(join(dir, `${log}.log`)));
    await node[Symbol.asyncDispose]();
    throw new Error(`The node did not become ready:\n${logs.join("\n")}`, { cause });
  }
  return node;
}

const folderPrefix = "mlt-node-";

const run = promisify(execFile);

/** Killed with this process, and everything in its namespaces with it. */
function launchNode(args: readonly string[]): ChildProcess {
  return spawn("setpriv", ["--pdeathsig", "KILL", "unshare", ...nodeNamespaces, "sh", nodeScript, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Resolves once containerd takes commands. */
async function ready(child: ChildProcess): Promise<void> {
  let said = "";
  await new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", () => reject(new Error(`The node ended:\n${said}`)));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      if (text.includes("ready")) resolve();
    });
  });
}

async function healthy(url: string): Promise<void> {
  const answers = () =>
    fetch(url, { keepalive: false }).then(
      ({ ok }) => ok,
      () => false,
    );
  for (const deadline = performance.now() + 30_000; !(await answers()); ) {
    if (performance.now() > deadline) throw new Error(`Nothing answers at ${url}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await exit;
}

/** A route that goes with the cable to the node. */
async function routeTo(cluster: Cluster, node: string, service: string, namespace: string): Promise<string> {
  const output = "--output=jsonpath={.spec.clusterIP} {.spec.ports[0].port}";
  const address = await cluster.kubectl(["get", "service", service, `--namespace=${namespace}`, output]);
  const [ip = "", port] = address.split(" ");
  await run("ip", ["route", "replace", `${ip}/32`, "via", node]);
  return `http://${ip}:${port}`;
}

async function importImage(dir: string, archive: string): Promise<void> {
  const containerd = ["--address", join(dir, "containerd.sock"), "--namespace", "k8s.io"];
  const { stdout } = await run("ctr", [...containerd, "images", "import", archive]);
  // Without a name it takes none, and says nothing.
  if (stdout === "") throw new Error(`containerd finds no image with a name in "${archive}"`);
}

/** A number that no other node of this machine has. */
function freeMark(): number {
  const taken = networkInterfaces();
  for (let attempt = 0; attempt < 100; attempt++) {
    const mark = (process.pid * 7 + attempt) % (8 * 256);
    if (!(`mltn${mark}` in taken)) return mark;
  }
  throw new Error("Cannot find a free network for a node");
}

/** What tests have left that were killed. */
function removeStale(): void {
  const leftBy = (name: string) => Number(/^mlt-node-(\d+)-/.exec(name)?.[1] ?? process.pid);
  const stale = (name: string) => name.startsWith(folderPrefix) && !existsSync(`/proc/${leftBy(name)}`);
  for (const group of new Set(topCgroups().filter(stale))) removeCgroups(group);
  for (const folder of readdirSync(tmpdir()).filter(stale)) {
    rmSync(join(tmpdir(), folder), { recursive: true, force: true });
  }
}

function tail(file: string): string {
  return existsSync(file) ? readFileSync(file, "utf8").slice(-2_000) : "";
}
