import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";

/** What becomes of pods that come to a node while the plan holds. */
export interface PodRule {
  /** Only of this namespace. */
  readonly namespace?: string;
  /** Only those with a container whose image holds this text, such as a tag or the digits of a digest. */
  readonly image?: string;
  readonly fate: PodFate;
  /** Milliseconds from the start of the containers until `ready`. */
  readonly afterMs?: number;
}

/**
 * `ready`: passes its probes, or completes where it is not to be restarted, as the pod of a Job; `never-ready`: runs, and its readiness probe fails;
 * `crash`: its containers end with code 1 again and again (CrashLoopBackOff), or once where it is never to be restarted;
 * `no-image`: its image cannot be pulled (ImagePullBackOff).
 */
export type PodFate = "ready" | "never-ready" | "crash" | "no-image";

/** How the pods of a cluster fare. A pod keeps the fate that it was given; the rest holds for every pod. */
export interface PodPlan {
  /** The first that fits holds; without one, a pod is ready after half a second. */
  readonly rules?: readonly PodRule[];
  /** What `kubectl logs` prints of every pod, by namespace: lines of text. */
  readonly logs?: Readonly<Record<string, string>>;
  /** Port of 127.0.0.1 that `kubectl port-forward` leads to for every port of every pod, by namespace. */
  readonly forwards?: Readonly<Record<string, number>>;
}

const group = "kwok.x-k8s.io/v1alpha1";

/** The annotation of a pod that says what becomes of it. */
export const fateKey = "mlt.test/fate";

/** Writes kwok's configuration of a plan, and the files of its logs, to a folder; gives the path of the former. */
export function writePodPlan(dir: string, { rules = [], logs = {}, forwards = {} }: PodPlan): string {
  const stages = readFileSync(join(import.meta.dirname, "cluster-pods.yaml"), "utf8");
  const documents = [
    ...fateStages([...rules, { fate: "ready" }]),
    ...Object.entries(logs).map(([namespace, text]) =>
      clusterLogs(namespace, writeLog(dir, namespace, text)),
    ),
    ...Object.entries(forwards).map(([namespace, port]) => ({
      apiVersion: group,
      kind: "ClusterPortForward",
      metadata: { name: namespace },
      spec: {
        selector: { matchNamespaces: [namespace] },
        forwards: [{ target: { address: "127.0.0.1", port } }],
      },
    })),
  ];
  const path = join(dir, "kwok.yaml");
  writeFileSync(path, [stages, ...documents.map((document) => stringify(document))].join("---\n"));
  return path;
}

/** One stage a rule: it marks the pods whose first fitting rule it is. */
function fateStages(rules: readonly PodRule[]) {
  // A program of jq: the number of the rule that holds.
  const number = rules.map((rule, at) => `if ${condition(rule)} then "${at}" else `).join("");
  const program = `${number}"none"${" end".repeat(rules.length)}`;
  return rules.map(({ fate, afterMs = 500 }, at) => ({
    apiVersion: group,
    kind: "Stage",
    metadata: { name: `pod-fate-${at}` },
    spec: {
      resourceRef: { apiGroup: "v1", kind: "Pod" },
      selector: {
        matchExpressions: [
          { key: ".metadata.deletionTimestamp", operator: "DoesNotExist" },
          { key: `.metadata.annotations["${fateKey}"]`, operator: "DoesNotExist" },
          { key: program, operator: "In", values: [String(at)] },
        ],
      },
      next: {
        patches: [
          {
            root: "metadata",
            type: "merge",
            template: stringify({ annotations: { [fateKey]: fate, "mlt.test/ready-after": `${afterMs}ms` } }),
          },
        ],
      },
    },
  }));
}

function condition({ namespace, image }: PodRule): string {
  const parts = [
    ...(namespace === undefined ? [] : [`.metadata.namespace == ${JSON.stringify(namespace)}`]),
    ...(image === undefined
      ? []
      : [`([.spec.containers[].image | contains(${JSON.stringify(image)})] | any)`]),
  ];
  return parts.length === 0 ? "true" : `(${parts.join(" and ")})`;
}

/** As container runtimes keep them: a time, a stream and a mark before each line. */
function writeLog(dir: string, namespace: string, text: string): string {
  const path = join(dir, `${namespace}.log`);
  const lines = text.split("\n").filter((line) => line !== "");
  writeFileSync(path, lines.map((line) => `2025-01-01T00:00:00.000000000Z stdout F ${line}\n`).join(""));
  return path;
}

function clusterLogs(namespace: string, file: string) {
  return {
    apiVersion: group,
    kind: "ClusterLogs",
    metadata: { name: namespace },
    spec: {
      selector: { matchNamespaces: [namespace] },
      logs: [{ logsFile: file, previousLogsFile: file }],
    },
  };
}
