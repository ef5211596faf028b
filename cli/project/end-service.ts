import { setTimeout as delay } from "node:timers/promises";
import type { Listening } from "../../adapters/http-server.ts";
import type { Service } from "../../core/service/app.ts";

/** A service that has answered nobody for this long has no busy clients: on a kept connection they come more often. */
const restMs = 1_000;
/** Whoever still comes after this time is sent by nobody who looks at `/readyz`. Docker kills after twice that. */
const longestLeaveMs = 5_000;
/** How long the service goes on listening in any case: for what is on its way. */
const lastRequestsMs = 100;
/** Where as many as this come in a second to the end, some have always sent a request that is not taken yet. */
const busyPerSecond = 50;

/**
 * Ends a service without a failed request, in `timeoutMs`, after which it gives up what is in progress. Connections that
 * are used close with an answer, before those that are not are closed without one: a client that sends a request just
 * then gets no answer, and cannot know whether to send it again.
 */
export async function endService(
  service: Pick<Service, "leave" | "drain" | "answered" | "restedMs">,
  server: Pick<Listening, "stop">,
  timeoutMs: number,
): Promise<void> {
  const [startMs, before] = [performance.now(), service.answered()];
  const deadlineMs = startMs + timeoutMs;
  const leftMs = () => Math.max(0, deadlineMs - performance.now());
  service.leave();
  await rest(service, Math.min(longestLeaveMs, timeoutMs / 2));
  const perSecond = ((service.answered() - before) / (performance.now() - startMs)) * 1_000;
  const restedMs = service.restedMs();
  if (restedMs === 0 || (restedMs < restMs && perSecond > busyPerSecond)) {
    // Listening goes on meanwhile: whoever comes is told to come again, instead of finding the connection closed.
    const drained = Promise.all([service.drain(), delay(Math.min(lastRequestsMs, leftMs()))]);
    await Promise.race([drained, delay(leftMs(), undefined, { ref: false })]);
  }
  await server.stop(leftMs());
}

/** Resolves once nobody is there any more, and in `timeoutMs` at the latest. */
async function rest({ restedMs }: Pick<Service, "restedMs">, timeoutMs: number): Promise<void> {
  const deadlineMs = performance.now() + timeoutMs;
  let waitMs = lastRequestsMs;
  for (let leftMs = timeoutMs; waitMs > 0 && leftMs > 0; leftMs = deadlineMs - performance.now()) {
    await delay(Math.min(waitMs, leftMs));
    waitMs = restMs - restedMs();
  }
}
