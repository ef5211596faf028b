import type { Cluster } from "../../../adapters/kubernetes/cluster.ts";
import type { PodState } from "../../../adapters/kubernetes/pod-state.ts";
import { readPodEvents } from "../../../adapters/kubernetes/read-rollout.ts";
import { MltError } from "../../../core/errors.ts";
import { printable } from "../../../core/report/printable.ts";
import { podService } from "./pod-service.ts";

const shownPods = 3;
const shownEvents = 3;
const shownLines = 10;
const longest = 300;

/**
 * What pods that are not ready say of themselves: how they are, their last events, the last lines of their log; of one
 * that crashed, those before it did. Empty where all are ready.
 */
export async function failedPodsText(cluster: Cluster, pods: readonly PodState[]): Promise<string> {
  const failed = pods.filter(({ isReady, isEnding }) => !isReady && !isEnding);
  // Those in trouble tell more than those that wait.
  const ranked = failed.toSorted((a, b) => Number(b.trouble !== undefined) - Number(a.trouble !== undefined));
  const texts = await Promise.all(ranked.slice(0, shownPods).map((pod) => podText(cluster, pod)));
  const left = failed.length - texts.length;
  return [...texts, ...(left > 0 ? [`and ${left} more`] : [])].join("\n");
}

async function podText(cluster: Cluster, pod: PodState): Promise<string> {
  const [events, lines, trouble] = await Promise.all([
    orWhyNot(() => readPodEvents(cluster, pod.uid)),
    orWhyNot(() => logLines(cluster, pod)),
    ownWords(cluster, pod),
  ]);
  return [
    `${pod.name}: ${printable(pod.trouble?.cause ?? pod.text, longest)}`,
    ...part("its service says", trouble),
    ...part("last events", events.slice(-shownEvents)),
    ...part(pod.restarts > 0 ? "last lines before it ended" : "last lines of its log", lines),
  ].join("\n");
}

function part(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  return [`  ${title}:`, ...lines.map((line) => `    ${printable(line, longest)}`)];
}

/** Kubernetes tells only that a probe got 503; the service says why. */
async function ownWords(cluster: Cluster, pod: PodState): Promise<readonly string[]> {
  if (!pod.isRunning || pod.restarts > 0) return [];
  const service = await podService(cluster, pod);
  return typeof service === "string" || service.status.trouble === null ? [] : [service.status.trouble];
}

async function logLines(cluster: Cluster, pod: PodState): Promise<readonly string[]> {
  // A container that never was has none.
  if (pod.node === undefined || pod.trouble?.kind === "image" || pod.trouble?.kind === "container") return [];
  const args = [
    "logs",
    pod.name,
    ...(pod.container === undefined ? [] : ["--container", pod.container]),
    "--tail",
    String(shownLines),
    "--limit-bytes",
    "20000",
  ];
  const said = await cluster.kubectl([...args, ...(pod.restarts > 0 ? ["--previous"] : [])]);
  return said
    .split("\n")
    .filter((line) => line.trim() !== "")
    .slice(-shownLines);
}

/** One part that the cluster does not tell is no reason to keep the others back. */
async function orWhyNot(read: () => Promise<readonly string[]>): Promise<readonly string[]> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof MltError) return [`(${cause.message})`];
    throw cause;
  }
}
