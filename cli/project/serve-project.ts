import { setTimeout as delay } from "node:timers/promises";
import { listen } from "../../adapters/http-server.ts";
import type { ServiceLog } from "../log/service-log.ts";
import { say, style } from "../output.ts";
import { loadModel } from "./load-model.ts";
import type { Project } from "./open-project.ts";
import { projectService } from "./project-service.ts";
import { endOnStrayFailure } from "./user-modules.ts";

/** How long the last lines of the log may take to leave, once there is nothing else to do. */
const logTimeoutMs = 1_000;

/** Serves the project's model until a signal ends it. @returns the exit code */
export async function serveProject({ root, config, modelDir }: Project, log: ServiceLog): Promise<number> {
  const {
    host,
    port,
    shutdown_timeout: shutdownTimeout,
    log_format: format,
    access_log: access,
  } = config.serve;
  log.setFormat(format);
  endOnStrayFailure(root);
  const predictor = await loadModel(modelDir);
  const { card } = predictor;
  const onRequest = log.requests(access, card);
  const service = projectService(config, predictor, { onRequest, droppedLogLines: log.dropped });
  const server = await listen((request) => service.fetch(request), { host, port });
  const { url } = server;
  log.started({ message: `Serving ${card.name} ${card.version} at ${url}`, url, model: card }, () =>
    announce(url, card),
  );
  const signal = await nextSignal();
  say(`${signal}: finishing ${service.inProgress()} requests`);
  const deadline = performance.now() + shutdownTimeout * 1000;
  // Listening goes on meanwhile: a probe learns that the service is not ready, and a prediction is told to come again.
  await Promise.race([service.drain(), delay(shutdownTimeout * 1000, undefined, { ref: false })]);
  await server.stop(Math.max(0, deadline - performance.now()));
  await predictor.close();
  // Left to itself, the process would wait for a reader of stderr that does not read.
  if (!(await log.drain(logTimeoutMs))) process.exit(0);
  return 0;
}

function announce(url: string, card: Awaited<ReturnType<typeof loadModel>>["card"]): void {
  const base = url.replace(/\/$/, "");
  const scores = Object.entries(card.metrics.test).slice(0, 1);
  const [score] = scores.map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`);
  say(
    `${style("bold", `${card.name} ${card.version}`)}  ${[card.estimator.name, score].filter(Boolean).join(", ")}`,
  );
  say(`  Try it    ${style("cyan", `${base}/docs`)}`);
  say(`  Predict   POST ${base}/api/predictions`);
  say("  Stop      Ctrl-C");
}

/** The first signal that asks to end; after it, any of them ends the process at once. */
function nextSignal(): Promise<string> {
  const signals = ["SIGINT", "SIGTERM"] as const;
  return new Promise((resolve) => {
    const take = (signal: string) => {
      for (const each of signals) process.off(each, take);
      resolve(signal);
    };
    for (const signal of signals) process.on(signal, take);
  });
}
