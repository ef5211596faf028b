import { cpuQuota } from "../cpu-quota.ts";
import { embedded } from "../embedded.ts";
import { workerThreads } from "../threads/worker-threads.ts";

let limit: number | undefined;

/** Sets how many threads the estimators of the module `mlt` use: all CPUs of the process where nobody sets it. */
export function limitProjectThreads(count: number | undefined): void {
  limit = count;
}

/** What a project's tests run in has no module for another thread: one gives the same results. */
const isTestKit = embedded?.testKitKey === "";

/** The threads that the estimators of the module `mlt` use. */
export const projectThreads = workerThreads(() => (isTestKit ? 1 : (limit ?? cpuQuota())));
