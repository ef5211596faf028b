import type { PredictionLog } from "../prediction-log/prediction-log.ts";
import { Problem } from "./problem.ts";

/** Whether the service answers predictions. */
export interface Readiness {
  /** @throws {Problem} 503 that says to a probe why it does not */
  check(): void;
  /** @throws {Problem} 503 that says to a client why its prediction is not answered */
  admit(): void;
  /** What an operator should look at, though predictions are answered. */
  complaint(): string | undefined;
}

/**
 * How far a service is: one that leaves is not ready, and answers whoever still comes; one that drains refuses
 * predictions.
 */
export type Phase = "serving" | "leaving" | "draining";

/** A service that is ready unless it ends, or has a prediction log that must be whole and cannot be kept. */
export function readiness(phase: () => Phase, log: PredictionLog | undefined): Readiness {
  const checkLog = () => {
    const trouble = log?.rejects ? log.trouble() : undefined;
    if (trouble !== undefined) throw notKept(trouble);
  };
  return {
    check: () => {
      if (phase() !== "serving") throw unready("The service is shutting down");
      checkLog();
    },
    admit: () => {
      if (phase() === "draining") throw unready("The service is shutting down; send the request again");
      checkLog();
    },
    complaint: () => log?.trouble() ?? log?.losses(),
  };
}

/** A prediction that cannot be kept, where only those are answered that are. */
export function notKept(trouble: string): Problem {
  return unready(`The service cannot keep its prediction log: ${trouble}`);
}

function unready(detail: string): Problem {
  return new Problem(503, detail, { headers: { "retry-after": "1" } });
}
