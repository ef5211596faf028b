import { setTimeout } from "node:timers/promises";
import type { Cluster } from "../../../adapters/kubernetes/cluster.ts";
import { notInTime } from "../../../adapters/kubernetes/failure-kinds.ts";
import { lastingTrouble, type Sight } from "../../../adapters/kubernetes/lasting-trouble.ts";
import type { PodState } from "../../../adapters/kubernetes/pod-state.ts";
import { readPodEvents, readRollout } from "../../../adapters/kubernetes/read-rollout.ts";
import type { RolloutState } from "../../../adapters/kubernetes/rollout-state.ts";
import { ExitCode, MltError } from "../../../core/errors.ts";
import type { RolloutLines } from "./rollout-lines.ts";

export interface RolloutWatch {
  readonly cluster: Cluster;
  readonly release: string;
  /** How long it may take altogether. */
  readonly timeoutMs: number;
  readonly lines: RolloutLines;
  /** Whether the change leaves the template of the pods as it is, so that theirs are the new ones from the start. */
  readonly keepsPods?: boolean;
  /** Ends the change. */
  readonly signal?: AbortSignal | undefined;
}

/** How a rollout ended. */
export interface RolloutEnd {
  readonly outcome: "done" | "failed" | "interrupted";
  /** Of a failed one: one line, its hint and its exit code. */
  readonly failure: MltError | undefined;
  /** Whether the Deployment is another than before. */
  readonly changed: boolean;
  /** Of the present template, where it is another than before or the change is made. */
  readonly pods: readonly PodState[];
}

/** Makes the change, such as `helm upgrade`; the signal ends it. */
type Change = (signal: AbortSignal) => Promise<unknown>;

const lookMs = 1_000;

/**
 * Watches the pods of a release while a change is made, and then until only new ones are there and ready. Ends the
 * change early where a new pod can never be ready.
 *
 * @throws {MltError} where the cluster tells nothing before the change; how the change fails is in what it returns
 */
export async function watchRollout(watch: RolloutWatch, change: Change): Promise<RolloutEnd> {
  const { cluster, release, timeoutMs, lines, signal } = watch;
  const started = performance.now();
  let state = await readRollout(cluster, release);
  const before = state.generation;
  const stop = new AbortController();
  let made: Made | undefined;
  const making = settled(
    change(AbortSignal.any([stop.signal, ...(signal === undefined ? [] : [signal])])),
  ).then((end) => {
    made = end;
  });
  const sightOf = lastingTrouble();
  try {
    for (;;) {
      await Promise.race([setTimeout(lookMs), ...(made === undefined ? [making] : [])]);
      state = await look(watch, state);
      const changed = state.generation !== before;
      const passedMs = performance.now() - started;
      // Until then they are the pods of before.
      const isUnderWay = changed || isMade(made, passedMs, watch);
      const { hopeless, stuck } = isUnderWay ? sightOf(state, performance.now()) : nothingSeen;
      if (isUnderWay) lines.show(state.pods, await notesOf(cluster, stuck));
      const isInterrupted = signal?.aborted === true;
      const isLate = passedMs > timeoutMs;
      const verdict = judge({ state, made, isInterrupted, isLate, hopeless });
      if (verdict === undefined) continue;
      stop.abort();
      await making;
      const pods = state.pods.filter(({ isNew }) => isNew && isUnderWay);
      return { outcome: verdict.outcome, failure: failureOf(cluster, verdict), changed, pods };
    }
  } finally {
    lines.done();
  }
}

const notedMs = 5_000;

const nothingSeen: Sight = { hopeless: undefined, stuck: [] };

/** Pods that stay are as the change wants them; by then helm has noted its revision, so that it can be taken back. */
function isMade(made: Made | undefined, passedMs: number, { keepsPods = false }: RolloutWatch): boolean {
  return made === undefined ? keepsPods && passedMs > notedMs : made.failure === undefined;
}

/** How the change itself ended. */
interface Made {
  readonly failure: MltError | undefined;
}

/** A bug of ours is no end of a rollout. */
async function settled(change: Promise<unknown>): Promise<Made> {
  try {
    await change;
    return { failure: undefined };
  } catch (cause) {
    if (cause instanceof MltError) return { failure: cause };
    throw cause;
  }
}

/** What one cannot see for a moment is as it was. */
async function look({ cluster, release }: RolloutWatch, before: RolloutState): Promise<RolloutState> {
  try {
    return await readRollout(cluster, release);
  } catch (cause) {
    if (cause instanceof MltError) return before;
    throw cause;
  }
}

interface Judged {
  readonly state: RolloutState;
  readonly made: Made | undefined;
  readonly isInterrupted: boolean;
  readonly isLate: boolean;
  readonly hopeless: string | undefined;
}

interface Verdict {
  readonly outcome: RolloutEnd["outcome"];
  readonly cause?: MltError | string;
  /** Of kubectl, which shows more of a cause that is a text: the pods where it is left out. */
  readonly command?: string;
}

/** Undefined while it goes on. */
function judge({ state, made, isInterrupted, isLate, hopeless }: Judged): Verdict | undefined {
  if (isInterrupted) return { outcome: "interrupted" };
  if (hopeless !== undefined) return { outcome: "failed", cause: hopeless };
  // Helm says no more than that; the pods do.
  const isSlow = isLate || made?.failure?.message === notInTime;
  if (isSlow) return { outcome: "failed", ...unfinished(state) };
  if (made?.failure !== undefined) return { outcome: "failed", cause: made.failure };
  return made !== undefined && state.isComplete ? { outcome: "done" } : undefined;
}

function unfinished({ pods, wanted, isComplete }: RolloutState): Omit<Verdict, "outcome"> {
  if (isComplete) {
    // Helm waits for these as well.
    const lacking = "the Service has no address yet, or a claim no volume";
    return {
      cause: `${notInTime}: all ${wanted} new pods are ready, and ${lacking}`,
      command: "get services,persistentvolumeclaims",
    };
  }
  const fresh = pods.filter(({ isNew, isEnding }) => isNew && !isEnding);
  const waiting = fresh.find(({ isReady }) => !isReady);
  const count = `${fresh.filter(({ isReady }) => isReady).length} of ${wanted} new pods are ready`;
  const slowest = waiting === undefined ? "" : `; ${waiting.name}: ${waiting.text}`;
  return { cause: `${notInTime}: ${count}${slowest}` };
}

function failureOf(cluster: Cluster, { cause, command = "describe pods" }: Verdict): MltError | undefined {
  if (typeof cause !== "string") return cause;
  return new MltError(cause, {
    hint: `Run ${cluster.shownKubectl(command)} to see more.`,
    exitCode: ExitCode.external,
  });
}

/** What their last events say. */
async function notesOf(cluster: Cluster, stuck: readonly PodState[]): Promise<ReadonlyMap<string, string>> {
  const notes = new Map<string, string>();
  for (const { uid } of stuck.slice(0, notedPods)) {
    try {
      const last = (await readPodEvents(cluster, uid)).at(-1);
      if (last !== undefined) notes.set(uid, last);
    } catch (cause) {
      // They are an addition: the pods are watched without them.
      if (!(cause instanceof MltError)) throw cause;
    }
  }
  return notes;
}

const notedPods = 3;
