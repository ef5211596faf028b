import type { ModelCard } from "../model/model-card.ts";
import type { ModelLog, PredictionLog } from "../prediction-log/prediction-log.ts";
import { notKept } from "./readiness.ts";
import type { Call } from "./route.ts";

/** What of an answer is logged; the rest is the call's. */
export type LoggedAnswer = Omit<Parameters<ModelLog["predictions"]>[0], "requestId" | "latencyMs">;

/** Logs the predictions of one model before they are answered. */
export interface AnswerLog extends Pick<ModelLog, "idName"> {
  /**
   * Resolves once the predictions are kept, or are not and may be answered all the same.
   * Rejects with `Problem` 503 where only what is kept is answered.
   */
  keep(call: Call, answer: LoggedAnswer): Promise<void>;
  /** As `keep`, of what has become of predictions. */
  keepFeedback(call: Call, truths: Parameters<ModelLog["feedback"]>[1]): Promise<void>;
}

/**
 * The log of a model's answers.
 *
 * @param now  monotonic, in milliseconds
 */
export function answerLog(log: PredictionLog, card: ModelCard, now: () => number): AnswerLog {
  const model = log.ofModel(card);
  const settle = (kept: boolean) => {
    if (!kept && log.rejects) throw notKept(log.trouble() ?? "it could not be written");
  };
  return {
    idName: model.idName,
    keep: async ({ requestId, startedMs }, answer) =>
      settle(await model.predictions({ ...answer, requestId, latencyMs: now() - startedMs })),
    // Nothing was answered yet that would be lost: who sends a truth is told that it was not kept.
    keepFeedback: async ({ requestId }, truths) => {
      if (!(await model.feedback(requestId, truths))) {
        throw notKept(log.trouble() ?? "it could not be written");
      }
    },
  };
}
