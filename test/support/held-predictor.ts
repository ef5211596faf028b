import type { Predictor } from "../../core/model/predictor.ts";
import { fixedSoftmaxPredictor } from "./fixed-softmax-predictor.ts";

/** Stands at the Predictor port: the fixed softmax, which answers nothing until it is released. */
export function heldPredictor() {
  const begun = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const model = fixedSoftmaxPredictor();
  const predictor: Predictor = {
    ...model,
    score: async (columns) => {
      begun.resolve();
      await released.promise;
      return model.score(columns);
    },
  };
  return { predictor, begun: begun.promise, release: () => released.resolve() };
}
