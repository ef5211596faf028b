import { randomUUID } from "node:crypto";
import type { Cluster } from "../../../adapters/kubernetes/cluster.ts";
import type { PodState } from "../../../adapters/kubernetes/pod-state.ts";
import { forwardPort } from "../../../adapters/kubernetes/port-forward.ts";
import { ExitCode, MltError } from "../../../core/errors.ts";
import type { ModelCard } from "../../../core/model/model-card.ts";
import { askGolden } from "../ask-golden.ts";

export interface GoldenPods {
  readonly cluster: Cluster;
  /** Those that are asked. */
  readonly pods: readonly GoldenPod[];
  /** That they ask for, where they do. */
  readonly key?: string | undefined;
  /** Of the model that they serve. */
  readonly card: ModelCard;
}

type GoldenPod = Pick<PodState, "name" | "port" | "isTls">;

/** That pods of mlt listen at, where their template says none. */
const usualPort = 8_000;

/**
 * Asks every pod by itself what its model was asked when it was trained; one that leaves meanwhile, as by an autoscaler
 * or with its node, is not missed while another answers.
 *
 * @returns how many rows each of them answered
 * @throws {MltError} external: where one is not reached, or answers otherwise than its model did; it names the pod
 */
export async function askGoldenOfPods(asked: GoldenPods): Promise<number> {
  const rows: number[] = [];
  let last: MltError | undefined;
  // One after another: many forwarded ports at once are many processes here.
  for (const pod of asked.pods) {
    try {
      rows.push(await askPod(asked, pod));
    } catch (cause) {
      if (!(cause instanceof MltError) || !(await hasLeft(asked.cluster, pod.name))) throw cause;
      last = cause;
    }
  }
  if (rows.length === 0 && last !== undefined) throw last;
  return Math.max(0, ...rows);
}

async function hasLeft(cluster: Cluster, pod: string): Promise<boolean> {
  const output = "jsonpath={.status.phase} {.metadata.deletionTimestamp}";
  try {
    const said = await cluster.kubectl(["get", "pod", pod, "--ignore-not-found", "--output", output]);
    const [phase = "", deletionTime = ""] = said.split(" ");
    return phase === "" || phase === "Failed" || deletionTime !== "";
  } catch (cause) {
    if (cause instanceof MltError) return false;
    throw cause;
  }
}

async function askPod({ cluster, key, card }: GoldenPods, pod: GoldenPod): Promise<number> {
  const headers = {
    // By which whoever reads its log knows them.
    "x-request-id": `mlt-deploy-${randomUUID()}`,
    ...(key !== undefined && { "x-api-key": key }),
  };
  try {
    await using forwarded = await forwardPort(cluster, pod.name, pod.port ?? usualPort);
    const url = new URL(`${pod.isTls ? "https" : "http"}://${forwarded.host}:${forwarded.port}/`);
    // Its certificate is for the name that others know it by.
    return await askGolden({ url, headers, verifies: false }, card);
  } catch (cause) {
    if (!(cause instanceof MltError)) throw cause;
    throw new MltError(`The pod ${pod.name} fails the golden requests: ${cause.message}`, {
      hint: `Run ${cluster.shownKubectl(`logs ${pod.name}`)} to see more.`,
      exitCode: ExitCode.external,
      cause,
    });
  }
}
