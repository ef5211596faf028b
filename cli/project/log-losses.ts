import type { PredictionLog } from "../../core/prediction-log/prediction-log.ts";
import { say, warn } from "../output.ts";

const lookEveryMs = 1_000;
/** Losses that go on are told again after this time. */
const repeatMs = 60_000;

/** Tells when the prediction log cannot be kept, when it can again, and what was lost; until it is stopped. */
export function watchLosses(log: PredictionLog): { stop(): void } {
  let told: string | undefined;
  let toldLosses: string | undefined;
  let lossesMs = Number.NEGATIVE_INFINITY;
  const look = () => {
    const trouble = log.trouble();
    if (trouble !== told) tellTrouble(trouble, log.rejects);
    told = trouble;
    const losses = log.losses();
    if (losses === toldLosses || performance.now() - lossesMs < repeatMs) return;
    lossesMs = performance.now();
    toldLosses = losses;
    warn(`The prediction log has losses: ${losses}`);
  };
  const timer = setInterval(look, lookEveryMs);
  timer.unref();
  return {
    stop: () => {
      clearInterval(timer);
      look();
    },
  };
}

function tellTrouble(trouble: string | undefined, rejects: boolean): void {
  if (trouble === undefined) {
    say("The prediction log can be kept again");
    return;
  }
  const consequence = rejects ? "refused until it can" : "answered all the same, and counted as dropped";
  warn(`The prediction log cannot be kept: ${trouble}; predictions are ${consequence}`);
}
