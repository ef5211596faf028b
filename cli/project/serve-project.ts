import { setTimeout as delay } from "node:timers/promises";
import { listen } from "../../adapters/http-server.ts";
import type { ServiceLog } from "../log/service-log.ts";
import { say, style, warn } from "../output.ts";
import { loadModel } from "./load-model.ts";
import type { Project } from "./open-project.ts";
import { projectService } from "./project-service.ts";
import { dateFault, serveTls } from "./serve-tls.ts";
import { endOnStrayFailure } from "./user-modules.ts";

/** How long the last lines of the log may take to leave, once there is nothing else to do. */
const logTimeoutMs = 1_000;

/** Serves the project's model until a signal ends it. @returns the exit code */
export async function serveProject({ root, config, modelDir }: Project, log: ServiceLog): Promise<number> {
  log.setFormat(config.serve.log_format);
  endOnStrayFailure(root);
  const { host, port, shutdown_timeout: shutdownTimeout } = config.serve;
  const tls = await serveTls({ root, config });
  const predictor = await loadModel(modelDir);
  const access = { keys: config.serve.api_keys ?? [], origins: config.serve.cors_origins };
  const service = projectService(config, predictor, {
    access,
    onRequest: log.requests(config.serve.access_log),
    droppedLogLines: log.dropped,
  });
  const server = await listen((request) => service.fetch(request), { host, port, ...(tls && { tls }) });
  const late = tls && dateFault(tls, new Date());
  if (late !== undefined) warn(late);
  if (access.keys.length === 0 && !isLoopback(host)) warnOfOpenness(server.url);
  const sweeping = setInterval(() => service.sweep(), 1000);
  // Before anybody learns that there is something to end.
  const ending = nextSignal();
  log.started(server.url, predictor.card, () => announce(server.url, predictor.card));
  const signal = await ending;
  say(`${signal}: finishing ${service.inProgress()} requests`);
  const deadline = performance.now() + shutdownTimeout * 1000;
  // Listening goes on meanwhile: a probe learns that the service is not ready, and a prediction is told to come again.
  await Promise.race([service.drain(), delay(shutdownTimeout * 1000, undefined, { ref: false })]);
  await server.stop(Math.max(0, deadline - performance.now()));
  clearInterval(sweeping);
  await predictor.close();
  // Left to itself, the process would wait for a reader of stderr that does not read.
  if (!(await log.drain(logTimeoutMs))) process.exit(0);
  return 0;
}

/** Whether only this machine reaches the address. */
function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d+){3}$/.test(host);
}

function warnOfOpenness(url: string): void {
  const address = url.replace(/^https?:\/\//, "");
  warn(`Anybody who reaches ${address} can ask for predictions; set MLT_SERVE__API_KEYS to require a key`);
}

function announce(url: string, card: Awaited<ReturnType<typeof loadModel>>["card"]): void {
  const base = url.replace(/\/$/, "");
  const scores = Object.entries(card.metrics.test).slice(0, 1);
  const [score] = scores.map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`);
  say(
    `${style("bold", `${card.name} ${card.version}`)}  ${[card.estimator.name, score].filter(Boolean).join(", ")}`,
  );
  say(`  Try it    ${style("cyan", `${base}/`)}`);
  say(`  Docs      ${base}/docs`);
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
