import { oneThread, type Threads } from "./threads.ts";

/** What an estimator is given by the program that it works in, beside its hyperparameters. */
export interface FitContext {
  readonly threads: Threads;
  /** Of estimators that are given no `randomState`. */
  readonly seed: number;
}

export const defaultContext: FitContext = { threads: oneThread, seed: 0 };
