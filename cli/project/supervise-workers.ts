import { cpuQuota } from "../../adapters/cpu-quota.ts";
import { listen } from "../../adapters/http-server.ts";
import { claimPort } from "../../adapters/port-claim.ts";
import type { ServiceLog } from "../log/service-log.ts";
import { say, warn } from "../output.ts";
import { announce } from "./announce.ts";
import { endBy, endSignals } from "./end-signals.ts";
import { careForLog } from "./log-care.ts";
import type { Project } from "./open-project.ts";
import { watchSources } from "./watch-sources.ts";
import { WorkerPool } from "./worker-pool.ts";

export interface SuperviseOptions {
  /** How many workers. */
  readonly count: number;
  /** Whether to answer with every new model, and to train one when the source changes. */
  readonly watch: boolean;
}

/** A worker gives up what is not finished by itself; this much later it is past helping. */
const marginMs = 2_000;

/** Serves the project in several processes on one port, and starts another where one dies. @returns the exit code */
export async function superviseWorkers(
  project: Project,
  log: ServiceLog,
  { count, watch }: SuperviseOptions,
): Promise<number> {
  const ending = endSignals();
  const { root, config, modelDir } = project;
  const port = await freePort(config.serve);
  await claimPort(config.serve.host, port);
  const care = await careForLog(project);
  const pool = new WorkerPool({
    project: { root, config, modelDir },
    port,
    threads: Math.max(1, Math.floor(cpuQuota() / count)),
    watch,
    news: { say, warn },
    onTrouble: warn,
    onEnded: () => void care?.recover(),
    gatherMore: async () => (await care?.families()) ?? [],
  });
  void ending.second.then((again) => {
    pool.kill();
    care?.kill();
    endBy(again);
  });
  // The first alone: what is wrong with the model or the port is said once.
  const first = await pool.start();
  if (first.listening === undefined) return first.code;
  for (let index = 1; index < count; index++) void pool.keep();
  care?.start(first.listening.card);
  await announce(project, log, first.listening);
  const sources = watch ? await watchSources(project) : undefined;
  const signal = await ending.first;
  say(`${signal}: finishing the requests of ${count} workers`);
  const timeoutMs = config.serve.shutdown_timeout * 1000;
  const deadlineMs = performance.now() + timeoutMs;
  await Promise.all([pool.stop(signal, timeoutMs + marginMs), sources?.close()]);
  await care?.finish(Math.max(0, deadlineMs - performance.now()));
  return 0;
}

/**
 * The port that workers are to share: `serve.port`, or a free one for 0.
 *
 * @throws {MltError} when another program has it: sharing a port, it would get a part of the requests
 */
async function freePort({ host, port }: Project["config"]["serve"]): Promise<number> {
  const probe = await listen(() => new Response(null, { status: 503 }), { host, port });
  await probe.stop(0);
  return probe.port;
}
