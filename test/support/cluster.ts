import { realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { freePort } from "../../ops/build/free-port.ts";
import { openssl, testAuthority } from "./certificates.ts";
import { type ClusterUser, certificateOf, writeKubeconfig, writeUserKubeconfig } from "./cluster-identity.ts";
import { type ClusterPart, startPart } from "./cluster-part.ts";
import { fateKey, type PodFate, type PodPlan, writePodPlan } from "./cluster-pods.ts";
import {
  apiServer,
  type ClusterPlace,
  controllerManager,
  etcd,
  kwok,
  type PodSecurityLevel,
  playedLabel,
  scheduler,
} from "./cluster-programs.ts";
import { type Finished, launch } from "./mlt.ts";
import { tempDir } from "./temp-dir.ts";
import { executablePath } from "./tools.ts";

export interface ClientOptions {
  readonly stdin?: string;
  /** Of another user than the administrator. */
  readonly kubeconfig?: string;
  /** After which it is ended by SIGKILL: a minute where it is left out. */
  readonly timeoutMs?: number;
}

/** A control plane of Kubernetes on 127.0.0.1: all of it is real but for the nodes, which kwok plays. */
export interface Cluster extends AsyncDisposable {
  readonly url: string;
  /** Folder that goes with it. */
  readonly dir: string;
  /** Of the administrator. */
  readonly kubeconfig: string;
  /** Runs `kubectl` or `helm` to its end, whatever comes of it. */
  run(command: readonly string[], options?: ClientOptions): Promise<Finished>;
  /** What kubectl prints; throws, with what it says, when it fails. */
  kubectl(args: readonly string[], options?: ClientOptions): Promise<string>;
  /** What helm prints; throws, with what it says, when it fails. */
  helm(args: readonly string[], options?: ClientOptions): Promise<string>;
  /** Creates the objects of a manifest, or changes them. */
  apply(...objects: readonly object[]): Promise<void>;
  /** Path of a kubeconfig of a user who may do what the rules say, in one namespace that exists. */
  kubeconfigFor(user: string, options: ClusterUser): Promise<string>;
  /** Decides how pods fare that come from now on; the plan before is forgotten, and forwarded connections end. */
  plan(plan: PodPlan): Promise<void>;
  /** Changes what becomes of the pods that a namespace has and a label selector fits, such as `app=iris`. */
  turn(namespace: string, selector: string, fate: PodFate): Promise<void>;
  /** Stops the API server where it is: it takes connections and answers none. */
  freeze(): void;
  /** Lets the API server go on. */
  thaw(): void;
}

export interface ClusterOptions {
  /** Of namespaces without a label that says it: `privileged` where it is left out. */
  readonly podSecurity?: PodSecurityLevel;
  /** How many nodes of 8 processors and 32 GiB kwok plays: 1 where it is left out. */
  readonly nodes?: number;
  readonly plan?: PodPlan;
  /** Brings the types of the Gateway API and the `ServiceMonitor` of the Prometheus operator too. */
  readonly extraTypes?: boolean;
}

/** What a test that uses `startCluster` needs. */
export const clusterTools = ["cluster"];

/** Starts a cluster that takes objects, runs controllers and has nodes that are ready. */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const temporary = tempDir();
  const parts: ClusterPart[] = [];
  const end = async () => {
    await Promise.all(parts.map((part) => part.kill()));
    temporary[Symbol.dispose]();
  };
  try {
    const cluster = await startParts(temporary.path, parts, options);
    return { ...cluster, [Symbol.asyncDispose]: end };
  } catch (error) {
    await end();
    throw error;
  }
}

async function startParts(dir: string, parts: ClusterPart[], options: ClusterOptions) {
  const start = (command: readonly string[]) => {
    const part = startPart(dir, command);
    parts.push(part);
    return part;
  };
  const [etcdPort = 0, peer = 0, api = 0, nodes = 0] = await Promise.all(
    Array.from({ length: 4 }, () => freePort()),
  );
  const place: ClusterPlace = { dir, ports: { etcd: etcdPort, peer, api, kwok: nodes } };
  start(etcd(place));
  const authority = testAuthority(dir);
  authority.issue("api");
  authority.issueClient("admin", "/O=system:masters/CN=admin");
  // The format that Kubernetes reads both halves from.
  openssl(dir, ["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "accounts.key"]);
  const url = `https://127.0.0.1:${api}`;
  const kubeconfig = join(dir, "admin.kubeconfig");
  writeFileSync(join(dir, "authority.pem"), authority.root);
  const connection = { server: url, authority: authority.root };
  writeKubeconfig(kubeconfig, { ...connection, user: "admin", credential: certificateOf(dir, "admin") });
  const server = start(apiServer(place, options.podSecurity ?? "privileged"));
  const isUp = async (address: string) =>
    (await fetch(address, { tls: { ca: authority.root }, keepalive: false })).ok;
  await server.until(() => isUp(`${url}/readyz`));
  start(controllerManager(place, kubeconfig));
  start(scheduler(kubeconfig));

  let player: ClusterPart | undefined;
  const plan = async (wanted: PodPlan) => {
    await player?.kill();
    player = start(kwok(place, kubeconfig, writePodPlan(dir, wanted)));
    await player.until(() => isUp(`https://127.0.0.1:${nodes}/healthz`));
  };
  const clients = clusterClients(dir, kubeconfig);
  const cluster = { url, dir, kubeconfig, ...clients, plan };
  const played = Array.from({ length: options.nodes ?? 1 }, (_, at) => node(`node-${at}`));
  if (played.length > 0) await clients.apply(...played);
  await plan(options.plan ?? {});
  if (options.extraTypes === true) await clients.kubectl(["apply", "--server-side", "-f", typesFolder()]);
  if (played.length > 0) {
    await clients.kubectl(["wait", "--for=condition=Ready", "nodes", "--all", "--timeout=60s"]);
  }
  await clients.kubectl(["wait", "--for=create", "serviceaccount/default", "--timeout=60s"]);
  return {
    ...cluster,
    freeze: server.freeze,
    thaw: server.thaw,
    turn: async (namespace: string, selector: string, fate: PodFate) => {
      const pods = ["pods", "--namespace", namespace, "--selector", selector];
      await clients.kubectl(["annotate", ...pods, "--overwrite", `${fateKey}=${fate}`]);
    },
    kubeconfigFor: (user: string, rights: ClusterUser) =>
      writeUserKubeconfig({ cluster, authority, user, rights }),
  };
}

function clusterClients(dir: string, admin: string) {
  const run = async (
    command: readonly string[],
    { stdin = "", kubeconfig = admin, timeoutMs = 60_000 }: ClientOptions = {},
  ) => {
    const started = launch(command, { cwd: dir, env: { KUBECONFIG: kubeconfig, HOME: dir } });
    // `kubectl logs --follow`, for one, would go on for ever.
    const timer = setTimeout(() => started.child.kill("SIGKILL"), timeoutMs);
    // A client that fails early does not read it.
    started.child.stdin?.on("error", () => undefined);
    started.child.stdin?.end(stdin);
    return await started.finished.finally(() => clearTimeout(timer));
  };
  const must = async (command: readonly string[], options?: ClientOptions) => {
    const { exitCode, stdout, stderr } = await run(command, options);
    if (exitCode !== 0) throw new Error(`${command.join(" ")} ended with ${exitCode}:\n${stderr}`);
    return stdout;
  };
  return {
    run,
    kubectl: (args: readonly string[], options?: ClientOptions) => must(["kubectl", ...args], options),
    helm: (args: readonly string[], options?: ClientOptions) => must(["helm", ...args], options),
    apply: async (...items: readonly object[]) => {
      const list = { apiVersion: "v1", kind: "List", items };
      await must(["kubectl", "apply", "--filename", "-"], { stdin: JSON.stringify(list) });
    },
  };
}

function node(name: string): object {
  const size = { cpu: "8", memory: "32Gi", pods: "110" };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      labels: { "kubernetes.io/os": "linux", "kubernetes.io/hostname": name, ...playedLabel },
    },
    status: { allocatable: size, capacity: size },
  };
}

/** Where test/support/tools.sh puts the types that are not Kubernetes' own. */
function typesFolder(): string {
  const server = executablePath("kube-apiserver");
  if (server === undefined) throw new Error("kube-apiserver is not installed");
  return join(dirname(realpathSync(server)), "types");
}
