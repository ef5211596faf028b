import { cpuQuota } from "../../adapters/cpu-quota.ts";
import type { ModelCard } from "../../core/model/model-card.ts";
import type { ServiceLog } from "../log/service-log.ts";
import { say, style, warn } from "../output.ts";
import { endBy, endSignals } from "./end-signals.ts";
import type { Project } from "./open-project.ts";
import { runService } from "./running-service.ts";
import { dateFault, serveTls } from "./serve-tls.ts";
import { superviseWorkers } from "./supervise-workers.ts";
import { watchSources } from "./watch-sources.ts";

/** More of them pay only where somebody has asked for them: each holds the model for itself. */
const mostWorkers = 4;

/** How long the last lines of the log may take to leave, once there is nothing else to do. */
const logTimeoutMs = 1_000;

export interface ServeFlags {
  /** Whether to answer with every new model, and to train one when the source changes. */
  readonly watch: boolean;
}

/** Serves the project's model until a signal ends it. @returns the exit code */
export async function serveProject(
  project: Project,
  log: ServiceLog,
  { watch }: ServeFlags,
): Promise<number> {
  log.setFormat(project.config.serve.log_format);
  const count = project.config.serve.workers ?? defaultWorkers();
  const code = await (count === 1
    ? serveAlone(project, log, { watch })
    : superviseWorkers(project, log, { count, watch }));
  await endLog(log, code);
  return code;
}

/** Left to itself, the process would wait for a reader of stderr that does not read. */
export async function endLog(log: ServiceLog, code: number): Promise<void> {
  if (!(await log.drain(logTimeoutMs))) process.exit(code);
}

/** Only Linux shares connections out among processes that listen on one port. */
function defaultWorkers(): number {
  return process.platform === "linux" ? Math.min(cpuQuota(), mostWorkers) : 1;
}

async function serveAlone(project: Project, log: ServiceLog, { watch }: ServeFlags): Promise<number> {
  const { port } = project.config.serve;
  // Before anybody learns that there is something to end.
  const ending = endSignals();
  void ending.second.then(endBy);
  const news = watch ? { say, warn } : undefined;
  const running = await runService(project, log, { port, sharesPort: false, threads: cpuQuota(), news });
  await announce(project, log, running);
  const sources = watch ? await watchSources(project) : undefined;
  const signal = await ending.first;
  say(`${signal}: finishing ${running.service.inProgress()} requests`);
  await Promise.all([running.finish(), sources?.close()]);
  return 0;
}

/** What there is to say of a service that answers. */
export async function announce(
  { root, config }: Project,
  log: ServiceLog,
  { url, card }: { readonly url: string; readonly card: ModelCard },
): Promise<void> {
  const tls = await serveTls({ root, config });
  const late = tls && dateFault(tls, new Date());
  if (late !== undefined) warn(late);
  if ((config.serve.api_keys ?? []).length === 0 && !isLoopback(config.serve.host)) warnOfOpenness(url);
  log.started(url, card, () => tellPeople(url, card));
}

/** Whether only this machine reaches the address. */
function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d+){3}$/.test(host);
}

function warnOfOpenness(url: string): void {
  const address = url.replace(/^https?:\/\//, "");
  warn(`Anybody who reaches ${address} can ask for predictions; set MLT_SERVE__API_KEYS to require a key`);
}

function tellPeople(url: string, card: ModelCard): void {
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
