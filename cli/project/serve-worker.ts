import type { ParentProcess } from "../../adapters/worker-process.ts";
import { MltError } from "../../core/errors.ts";
import type { MetricFamily } from "../../core/service/metrics-text.ts";
import type { ServiceLog } from "../log/service-log.ts";
import { endLog } from "./end-log.ts";
import { endSignals } from "./end-signals.ts";
import { type RunningService, runService } from "./running-service.ts";
import type { FromWorker, ToWorker } from "./worker-messages.ts";

/** Answers as one of several processes on the port, until its parent or a signal ends it. @returns the exit code */
export async function serveWorker(parent: ParentProcess, log: ServiceLog): Promise<number> {
  // A second one does not end it: a terminal's reaches a worker as well as its parent, who decides.
  const ending = Promise.race([endSignals().first, new Promise<void>((gone) => parent.onGone(gone))]);
  try {
    const link = linkTo(parent);
    const { project, port, threads, watch, modelId } = await link.start;
    log.setFormat(project.config.serve.log_format);
    const { gatherMetrics } = link;
    const news = watch ? link.news : undefined;
    const options = { port, sharesPort: true, threads, gatherMetrics, news, modelId };
    const running = await runService(project, log, options);
    link.listening(running);
    await ending;
    await running.finish();
    link.leaving();
  } finally {
    // As long as it is open, the process does not end.
    parent.leave();
  }
  await endLog(log, 0);
  return 0;
}

/** A supervisor says what to serve, and what all have counted, much sooner, if it is there. */
const answerTimeoutMs = 5_000;

/** The conversation with the parent. */
function linkTo(parent: ParentProcess) {
  const send = (message: FromWorker) => parent.send(message);
  const start = Promise.withResolvers<Extract<ToWorker, { type: "serve" }>>();
  const gathering = new Map<number, (families: readonly MetricFamily[]) => void>();
  let running: RunningService | undefined;
  let asked = 0;
  const counts = (): readonly MetricFamily[] => running?.families() ?? [];
  const take = (message: ToWorker) => {
    switch (message.type) {
      case "serve":
        start.resolve(message);
        break;
      case "count":
        send({ type: "counts", id: message.id, families: counts() });
        break;
      case "counted":
        gathering.get(message.id)?.(message.families);
        gathering.delete(message.id);
    }
  };
  // The parent is this very program: its messages are what they say they are.
  parent.onMessage((received) => take(received as ToWorker));
  setTimeout(() => start.reject(noParent()), answerTimeoutMs).unref();
  return {
    start: start.promise,
    listening(service: RunningService) {
      running = service;
      send({ type: "listening", url: service.url, card: service.card });
    },
    news: {
      say: (text: string) => send({ type: "news", how: "say", text }),
      warn: (text: string) => send({ type: "news", how: "warn", text }),
    },
    /** What was counted to the end, so that it is not lost. */
    leaving: () => send({ type: "counts", id: 0, families: counts() }),
    /** Of this worker alone where the parent does not say. */
    gatherMetrics: () =>
      new Promise<readonly MetricFamily[]>((resolve) => {
        const id = ++asked;
        gathering.set(id, resolve);
        const late = setTimeout(() => {
          gathering.delete(id);
          resolve(counts());
        }, answerTimeoutMs);
        late.unref();
        send({ type: "gather", id });
      }),
  };
}

function noParent(): MltError {
  return new MltError("This process was started as a worker, and nobody tells it what to serve", {
    hint: "Unset MLT_WORKER, and start mlt serve again.",
  });
}
