import { setTimeout as wait } from "node:timers/promises";
import type { Compose } from "../../../adapters/compose/compose.ts";
import { MltError } from "../../../core/errors.ts";
import type { ReadStack } from "./read-stacks.ts";
import { type ServiceState, serviceState } from "./service-state.ts";

/** How starting a stack ended. */
export interface StackEnd {
  readonly outcome: "up" | "failed" | "late" | "interrupted";
  /** Of each service, when it ended. */
  readonly states: readonly ServiceState[];
  /** What Compose said where it failed. */
  readonly failure?: MltError | undefined;
}

interface WatchOptions {
  readonly compose: Compose;
  readonly stack: ReadStack;
  /** By the name of their file. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Calls it off. */
  readonly signal: AbortSignal;
  /** Is told of each service once, when it is ready. */
  readonly onReady: (state: ServiceState, afterMs: number) => void;
}

const pauseMs = 500;

/** Has `start` start the stack, and waits until every service of it answers, one is lost, or the time is over. */
export async function watchStack(
  options: WatchOptions,
  start: (signal: AbortSignal) => Promise<void>,
): Promise<StackEnd> {
  const { compose, stack, secrets, timeoutMs, signal, onReady } = options;
  const began = performance.now();
  const over = AbortSignal.timeout(timeoutMs);
  const giveUp = new AbortController();
  let isStarted = false;
  let failure: MltError | undefined;
  const starting = start(AbortSignal.any([signal, over, giveUp.signal])).then(
    () => {
      isStarted = true;
    },
    (cause: unknown) => {
      if (!(cause instanceof MltError)) throw cause;
      failure = cause;
    },
  );
  const told = new Set<string>();
  const look = async () => {
    const containers = await compose.containers();
    const asked = { containers, targets: stack.targets, secrets };
    return await Promise.all(stack.services.map((service) => serviceState(service, asked)));
  };
  for (;;) {
    // Before the look: what it finds is then of what has been started.
    const wasStarted = isStarted;
    const states = await look().catch((cause: unknown) => {
      if (!(cause instanceof MltError)) throw cause;
      failure ??= cause;
      return [];
    });
    if (wasStarted) tell(states, told, (state) => onReady(state, performance.now() - began));
    const outcome = outcomeOf({ states, wasStarted, failure, signal, over });
    if (outcome === undefined) {
      await Promise.race([wait(pauseMs), ...(isStarted ? [] : [starting])]);
      continue;
    }
    giveUp.abort();
    await starting;
    return { outcome, states, ...(outcome === "failed" ? { failure } : {}) };
  }
}

interface Seen {
  readonly states: readonly ServiceState[];
  readonly wasStarted: boolean;
  readonly failure: MltError | undefined;
  readonly signal: AbortSignal;
  readonly over: AbortSignal;
}

function outcomeOf({ states, wasStarted, failure, signal, over }: Seen): StackEnd["outcome"] | undefined {
  if (signal.aborted) return "interrupted";
  if (wasStarted && failure === undefined && states.every(({ isReady }) => isReady)) return "up";
  if (over.aborted) return "late";
  // Before all has been started, what is lost may be the container of before.
  if (failure !== undefined || (wasStarted && states.some(({ isLost }) => isLost))) return "failed";
  return undefined;
}

function tell(states: readonly ServiceState[], told: Set<string>, line: (state: ServiceState) => void): void {
  for (const state of states) {
    if (!state.isReady || told.has(state.service)) continue;
    told.add(state.service);
    line(state);
  }
}
