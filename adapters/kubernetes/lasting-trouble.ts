import type { PodState, Trouble } from "./pod-state.ts";
import type { RolloutState } from "./rollout-state.ts";

/** What looking at a rollout again and again has shown. */
export interface Sight {
  /** Why it can never be done, in one line; undefined while it can. */
  readonly hopeless: string | undefined;
  /** New pods that have not gone on for a while. */
  readonly stuck: readonly PodState[];
}

const stuckMs = 10_000;

/** Remembers since when what is wrong with a rollout has been so; called at each look, with the time in milliseconds. */
export function lastingTrouble(): (state: RolloutState, nowMs: number) => Sight {
  let troubles = new Map<string, number>();
  let texts = new Map<string, number>();
  return ({ pods, trouble }, nowMs) => {
    const fresh = pods.filter(({ isNew, isEnding }) => isNew && !isEnding);
    const found = [
      ...(trouble === undefined
        ? []
        : [{ trouble, key: "set", cause: `No pod can be made: ${trouble.cause}` }]),
      ...fresh.flatMap((pod) => ofPod(pod)),
    ];
    troubles = since(
      troubles,
      found.map(({ key }) => key),
      nowMs,
    );
    texts = since(texts, fresh.map(textKey), nowMs);
    const lasting = found.find(
      ({ key, trouble: { graceMs } }) => nowMs - (troubles.get(key) ?? nowMs) >= graceMs,
    );
    return {
      hopeless: lasting?.cause,
      stuck: fresh.filter((pod) => !pod.isReady && nowMs - (texts.get(textKey(pod)) ?? nowMs) >= stuckMs),
    };
  };
}

function ofPod({ uid, name, trouble }: PodState): { trouble: Trouble; key: string; cause: string }[] {
  if (trouble === undefined) return [];
  return [
    { trouble, key: `${uid} ${trouble.kind}`, cause: `The pod ${name} can never be ready: ${trouble.cause}` },
  ];
}

const textKey = ({ uid, text }: PodState) => `${uid} ${text}`;

/** What is there still has the time it came with; what has gone is forgotten. */
function since(
  before: ReadonlyMap<string, number>,
  keys: readonly string[],
  nowMs: number,
): Map<string, number> {
  return new Map(keys.map((key) => [key, before.get(key) ?? nowMs]));
}
