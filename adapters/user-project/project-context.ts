import type { FitContext } from "../../core/learn/fit-context.ts";
import { cpuQuota } from "../cpu-quota.ts";
import { embedded } from "../embedded.ts";
import { workerThreads } from "../threads/worker-threads.ts";

/** What a project's settings say of its estimators. */
export interface ProjectSettings {
  /** All CPUs of the process if absent. */
  readonly threads?: number;
  readonly seed: number;
}

let settings: ProjectSettings = { seed: 0 };

/** Lets the estimators of the module `mlt` work as the project's settings say, from now on. */
export function setProjectContext(changed: ProjectSettings): void {
  settings = changed;
}

/** What a project's tests run in has no module for another thread: one gives the same results. */
const isTestKit = embedded?.testKitKey === "";

/** What the estimators of the module `mlt` are given. */
export const projectContext: FitContext = {
  threads: workerThreads(() => (isTestKit ? 1 : (settings.threads ?? cpuQuota()))),
  get seed() {
    return settings.seed;
  },
};
