import { recoverSpool } from "../../adapters/spool/recover-spool.ts";
import type { ModelCard } from "../../core/model/model-card.ts";
import { oneAtATime } from "../../core/one-at-a-time.ts";
import type { MetricFamily } from "../../core/service/metrics-text.ts";
import { warn } from "../output.ts";
import { deliveredFamilies } from "./log-metrics.ts";
import { LogSender } from "./log-sender.ts";
import { checkSinks, isLogged, sinkNames } from "./logging-sinks.ts";
import { spoolDir } from "./prediction-log.ts";
import type { ServedProject } from "./running-service.ts";

/** What a prediction log needs beside the processes that write it. */
export interface LogCare {
  /** Begins delivery of what a model answers. */
  start(card: ModelCard): void;
  /** Ends what a process has left behind that is no more. */
  recover(): Promise<void>;
  /** What was delivered. */
  families(): Promise<readonly MetricFamily[]>;
  /** Has everything delivered that sinks take within so many milliseconds. */
  finish(withinMs: number): Promise<void>;
  /** Ends delivery at once. */
  kill(): void;
}

/**
 * Recovers what a crash has left of the project's prediction log; `undefined` where none is kept.
 *
 * @throws {MltError} when a sink's settings are wrong
 */
export async function careForLog(project: ServedProject): Promise<LogCare | undefined> {
  const { logging } = project.config;
  if (!isLogged(logging)) return undefined;
  await checkSinks(project);
  // Workers may end together.
  const recover = oneAtATime(() => recoverLog(spoolDir(project)));
  await recover();
  const names = sinkNames(logging);
  let sender: LogSender | undefined;
  return {
    start: ({ id_name: idName }) => {
      if (names.length > 0) sender = new LogSender({ ...project, idName });
    },
    recover,
    families: async () => (sender === undefined ? [] : deliveredFamilies(await sender.counts())),
    finish: async (withinMs) => await sender?.finish(withinMs),
    kill: () => sender?.kill(),
  };
}

/** A disk that cannot be read or written is told of by those that write. */
async function recoverLog(dir: string): Promise<void> {
  try {
    for (const { segment, cutBytes } of await recoverSpool(dir)) {
      if (cutBytes === 0) continue;
      warn(
        `The prediction log ends in the middle of an entry, as after a crash: ${cutBytes} bytes were cut off "${segment}"`,
      );
    }
  } catch (cause) {
    if (!(cause instanceof Error) || !("code" in cause)) throw cause;
    warn(`Cannot recover the prediction log in "${dir}": ${cause.message}`);
  }
}
