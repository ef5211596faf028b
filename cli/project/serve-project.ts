import { existsSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { listen } from "../../adapters/http-server.ts";
import type { Predictor } from "../../core/model/predictor.ts";
import type { Service } from "../../core/service/app.ts";
import type { AccessEntry } from "../../core/service/exchange.ts";
import { fail, say, style, warn } from "../output.ts";
import { loadModel } from "./load-model.ts";
import type { Project } from "./open-project.ts";
import { projectService } from "./project-service.ts";
import { dateFault, serveTls } from "./serve-tls.ts";
import { watchModel } from "./watch-model.ts";
import { watchSources } from "./watch-sources.ts";

export interface ServeFlags {
  /** Whether to answer with every new model, and to train one when the source changes. */
  readonly watch: boolean;
}

/** Serves the project's model until a signal ends it. @returns the exit code */
export async function serveProject(project: Project, { watch }: ServeFlags): Promise<number> {
  const { root, config, modelDir } = project;
  const { host, port, shutdown_timeout: shutdownTimeout } = config.serve;
  const tls = await serveTls({ root, config });
  const predictor = await loadModel(modelDir);
  const access = { keys: config.serve.api_keys ?? [], origins: config.serve.cors_origins };
  const service = projectService(config, predictor, { access, onRequest: reportFailure });
  const server = await listen((request) => service.fetch(request), { host, port, ...(tls && { tls }) });
  const late = tls && dateFault(tls, new Date());
  if (late !== undefined) warn(late);
  if (access.keys.length === 0 && !isLoopback(host)) warnOfOpenness(server.url);
  const sweeping = setInterval(() => service.sweep(), 1000);
  announce(server.url, predictor.card);
  const ending = nextSignal();
  const watching = watch ? await watchProject(project, service, predictor) : undefined;
  const signal = await ending;
  const training = watching?.sources.close();
  say(`${signal}: finishing ${service.inProgress()} requests`);
  const deadline = performance.now() + shutdownTimeout * 1000;
  // Listening goes on meanwhile: a probe learns that the service is not ready, and a prediction is told to come again.
  await Promise.race([service.drain(), delay(shutdownTimeout * 1000, undefined, { ref: false })]);
  await server.stop(Math.max(0, deadline - performance.now()));
  clearInterval(sweeping);
  await training;
  await watching?.model.close();
  await predictor.close();
  return 0;
}

async function watchProject(project: Project, service: Service, predictor: Predictor) {
  const { config, sourceDir, modelDir } = project;
  const sources = await watchSources(project);
  const model = await watchModel({ modelDir, service, predictor });
  const watched = [
    ...(existsSync(sourceDir) ? [config.source, "config.yaml", ".env"] : []),
    config.model_bin,
  ];
  say(`  Watch     ${watched.join(", ")}`);
  return { sources, model };
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

/** A request that failed by our fault is told with its cause, never with its body. */
function reportFailure({ error, requestId, traceparent, method, route }: AccessEntry): void {
  if (error === undefined) return;
  const cause = error instanceof Error ? (error.stack ?? error.message) : String(error);
  fail(
    `${method} ${route} failed (request ${requestId}${traceparent === undefined ? "" : `, traceparent ${traceparent}`})\n${cause}`,
  );
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
