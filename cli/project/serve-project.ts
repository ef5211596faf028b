import { cpuQuota } from "../../adapters/cpu-quota.ts";
import type { ServiceLog } from "../log/service-log.ts";
import { say, warn } from "../output.ts";
import { announce } from "./announce.ts";
import { endLog } from "./end-log.ts";
import { endBy, endSignals } from "./end-signals.ts";
import { careForLog } from "./log-care.ts";
import type { Project } from "./open-project.ts";
import { type RunningService, runService } from "./running-service.ts";
import { superviseWorkers } from "./supervise-workers.ts";
import { watchSources } from "./watch-sources.ts";

/** More of them pay only where somebody has asked for them: each holds the model for itself. */
const mostWorkers = 4;

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
  const care = await careForLog(project);
  const running: RunningService = await runService(project, log, {
    port,
    sharesPort: false,
    threads: cpuQuota(),
    news,
    gatherMetrics: async () => [...running.families(), ...((await care?.families()) ?? [])],
  });
  care?.start(running.card);
  await announce(project, log, running);
  const sources = watch ? await watchSources(project) : undefined;
  const signal = await ending.first;
  const deadlineMs = performance.now() + project.config.serve.shutdown_timeout * 1000;
  say(`${signal}: finishing ${running.service.inProgress()} requests`);
  await Promise.all([running.finish(), sources?.close()]);
  await care?.finish(Math.max(0, deadlineMs - performance.now()));
  return 0;
}
