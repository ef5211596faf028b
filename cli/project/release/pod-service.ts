import type { Cluster } from "../../../adapters/kubernetes/cluster.ts";
import type { PodState } from "../../../adapters/kubernetes/pod-state.ts";
import { forwardPort } from "../../../adapters/kubernetes/port-forward.ts";
import { askService } from "../../../adapters/service-client.ts";
import { MltError } from "../../../core/errors.ts";
import { parseMetrics } from "../../../core/status/parse-metrics.ts";
import { type ServiceStatus, serviceStatus } from "../../../core/status/service-status.ts";

/** What the service of a pod says of itself. */
export interface PodService {
  readonly status: ServiceStatus;
  readonly requestsInProgress: number;
}

const timeoutMs = 5_000;

/** Asks the service of a pod how it is. @returns why not, where it cannot be asked */
export async function podService(cluster: Cluster, pod: PodState): Promise<PodService | string> {
  if (pod.port === undefined) return "its port is not known";
  try {
    await using forwarded = await forwardPort(cluster, pod.name, pod.port);
    const base = `${pod.isTls ? "https" : "http"}://${forwarded.host}:${forwarded.port}/`;
    // Its certificate is for the name that others know it by.
    const ask = (path: string) => askService(new URL(path, base), { timeoutMs, verifies: false });
    const ready = await ask("readyz");
    const metrics = await ask("metrics");
    if (metrics.status !== 200) return `GET /metrics gives ${metrics.status}`;
    const samples = parseMetrics(metrics.text).filter(({ name }) => name === "mlt_request_in_progress");
    return {
      status: serviceStatus({ ready, metrics: metrics.text }),
      // Without the one that asked for it.
      requestsInProgress: Math.max(0, samples.reduce((sum, { value }) => sum + value, 0) - 1),
    };
  } catch (cause) {
    if (cause instanceof MltError) return cause.message;
    throw cause;
  }
}
