import { ExitCode, MltError } from "../../core/errors.ts";
import { findProgram } from "../find-program.ts";
import { type Environment, runProgram } from "../run-program.ts";
import { clusterFailure } from "./cluster-failure.ts";

/** One namespace of a cluster of Kubernetes, which is reached by the programs of whoever runs mlt. */
export interface Cluster {
  readonly namespace: string;
  readonly context: string | undefined;
  readonly env: Environment;
  /**
   * What kubectl prints; namespace and context are added.
   *
   * @throws {MltError} external, or input where the chart refuses a value: the cause in one line, and the command that shows more
   */
  kubectl(args: readonly string[], options?: CallOptions): Promise<string>;
  /** What helm prints, as `kubectl` does. */
  helm(args: readonly string[], options?: CallOptions): Promise<string>;
  /**
   * The words that start kubectl, for a call that goes on, such as `port-forward`.
   *
   * @throws {MltError} external: where it is not installed
   */
  kubectlCommand(args: readonly string[]): readonly string[];
  /** A command of kubectl as a person types it here, for a hint. */
  shownKubectl(command: string): string;
  /** The same of helm. */
  shownHelm(command: string): string;
}

export interface CallOptions {
  /** For its stdin. */
  readonly input?: string | undefined;
  /** Ends it by SIGTERM. */
  readonly signal?: AbortSignal | undefined;
  /** How long it may take: as long as any call of the cluster, where it is left out. */
  readonly timeoutMs?: number;
}

export interface ClusterOptions {
  readonly namespace: string;
  /** Of the kubeconfig; its current one where it is left out. */
  readonly context?: string | undefined;
  readonly env: Environment;
  /** How long a call may take that says nothing else: half a minute where it is left out. */
  readonly timeoutMs?: number | undefined;
}

type Client = "kubectl" | "helm";

/** What the clients are called, the one that is wanted first. MicroK8s brings both. */
const programs: Readonly<Record<Client, readonly (readonly string[])[]>> = {
  kubectl: [["kubectl"], ["microk8s", "kubectl"]],
  helm: [["helm"], ["microk8s", "helm3"]],
};

const standardMs = 30_000;

/** A cluster; nothing is asked of it, and no program is looked for, until one is called. */
export function openCluster(options: ClusterOptions): Cluster {
  const { namespace, context, env, timeoutMs: patienceMs = standardMs } = options;
  const placed = (client: Client) => {
    const flag = client === "helm" ? "--kube-context" : "--context";
    return ["--namespace", namespace, ...(context === undefined ? [] : [flag, context])];
  };
  const shown = (client: Client, command: string) => {
    const name = wordsOf(client, env) ?? [client];
    const flag = client === "helm" ? "--kube-context" : "--context";
    const place = command.includes("--all-namespaces") ? [] : ["-n", namespace];
    return [...name, command, ...place, ...(context === undefined ? [] : [flag, context])].join(" ");
  };
  const call = async (client: Client, args: readonly string[], called: CallOptions = {}) => {
    const [program = "", ...words] = needed(client, env);
    const { input, signal, timeoutMs = patienceMs } = called;
    const late = AbortSignal.timeout(timeoutMs);
    const said = await runProgram(program, [...words, ...args, ...placed(client)], {
      ...{ env: client === "helm" ? ofOneCluster(env) : env, input },
      signal: signal === undefined ? late : AbortSignal.any([signal, late]),
    });
    if (said?.exitCode === 0) return said.stdout;
    const place = { namespace, context, kubectl: (command: string) => shown("kubectl", command) };
    if (said === undefined) throw missing(client);
    if (late.aborted)
      throw tooLate(`${client} ${args[0] ?? ""}`, timeoutMs, shown("kubectl", "cluster-info"));
    throw clusterFailure(said, place);
  };
  return {
    ...{ namespace, context, env },
    kubectl: (args, called = {}) => {
      const seconds = Math.ceil((called.timeoutMs ?? patienceMs) / 1000);
      return call("kubectl", [...args, `--request-timeout=${seconds}s`], called);
    },
    helm: (args, called) => call("helm", args, called),
    kubectlCommand: (args) => [...needed("kubectl", env), ...args, ...placed("kubectl")],
    shownKubectl: (command) => shown("kubectl", command),
    shownHelm: (command) => shown("helm", command),
  };
}

/** Helm alone has variables that name another cluster or user: HELM_KUBECONTEXT, HELM_KUBEAPISERVER, HELM_KUBETOKEN … */
function ofOneCluster(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("HELM_KUBE")));
}

function wordsOf(client: Client, { PATH = "" }: Environment): readonly string[] | undefined {
  return programs[client].find(([name = ""]) => findProgram(name, PATH) !== undefined);
}

function needed(client: Client, env: Environment): readonly string[] {
  const words = wordsOf(client, env);
  if (words === undefined) throw missing(client);
  return words;
}

function missing(client: Client): MltError {
  const names = programs[client].map(([name]) => name).join(" and no ");
  const page =
    client === "helm" ? "https://helm.sh/docs/intro/install" : "https://kubernetes.io/docs/tasks/tools";
  return new MltError(`There is no ${names} on PATH`, {
    hint: `Install ${client} (${page}), or MicroK8s, which brings it.`,
    exitCode: ExitCode.external,
  });
}

function tooLate(what: string, timeoutMs: number, command: string): MltError {
  return new MltError(`The cluster does not answer: ${what} took longer than ${timeoutMs / 1000} seconds`, {
    hint: `Run ${command} to see whether it is reached.`,
    exitCode: ExitCode.external,
  });
}
