import { listen } from "../../adapters/http-server.ts";
import type { AccessEntry } from "../../core/service/exchange.ts";
import { fail, say, style } from "../output.ts";
import { loadModel } from "./load-model.ts";
import type { Project } from "./open-project.ts";
import { projectService } from "./project-service.ts";

/** Serves the project's model until a signal ends it. @returns the exit code */
export async function serveProject({ config, modelDir }: Project): Promise<number> {
  const { host, port, shutdown_timeout: shutdownTimeout } = config.serve;
  const predictor = await loadModel(modelDir);
  const service = projectService(config, predictor, reportFailure);
  const server = await listen((request) => service.fetch(request), { host, port });
  announce(server.url, predictor.card);
  const signal = await nextSignal();
  say(`${signal}: finishing ${service.inProgress()} requests`);
  service.drain();
  await server.stop(shutdownTimeout * 1000);
  await predictor.close();
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

/** A request that failed by our fault is told with its cause, never with its body. */
function reportFailure({ error, requestId, method, route }: AccessEntry): void {
  if (error === undefined) return;
  const cause = error instanceof Error ? (error.stack ?? error.message) : String(error);
  fail(`${method} ${route} failed (request ${requestId})\n${cause}`);
}

function nextSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve(signal));
  });
}
