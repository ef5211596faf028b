import { setTimeout as pause } from "node:timers/promises";
import { backoff } from "../../../core/prediction-log/backoff.ts";
import { RegistryTrouble } from "./registry-trouble.ts";

/** How much a registry is put up with. */
export interface Patience {
  /** How long it may be silent. */
  readonly timeoutMs: number;
  /** How often the same is tried before it counts as failed. */
  readonly attempts: number;
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
}

/** No one waits longer: a registry that asks for more has failed. */
const longestRetryAfterMs = 60_000;

/** Does the work again, in a while, as long as what is wrong may pass. */
export async function patiently<Result>(
  work: () => Promise<Result>,
  { attempts, firstPauseMs, longestPauseMs }: Patience,
  hasAnswered: () => boolean,
): Promise<Result> {
  const pauses = backoff({ firstMs: firstPauseMs, longestMs: longestPauseMs, random: Math.random });
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= attempts || !mayPass(error, hasAnswered())) throw error;
      await pause(Math.max(pauses.next(), error.options.retryAfterMs ?? 0));
    }
  }
}

/** What refuses and has answered before is being started anew; what never did has another address. */
function mayPass(error: unknown, hasAnswered: boolean): error is RegistryTrouble {
  if (!(error instanceof RegistryTrouble)) return false;
  const { isPassing = false, isRefused = false, retryAfterMs = 0 } = error.options;
  return (isPassing && retryAfterMs <= longestRetryAfterMs) || (isRefused && hasAnswered);
}
