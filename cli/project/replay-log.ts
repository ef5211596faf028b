import { setTimeout as delay } from "node:timers/promises";
import { appendDeadLetters } from "../../adapters/spool/dead-letters.ts";
import { spoolRows } from "../../adapters/spool/spool-records.ts";
import { MltError } from "../../core/errors.ts";
import { backoff } from "../../core/prediction-log/backoff.ts";
import { type DeliverySource, delivery } from "../../core/prediction-log/delivery.ts";
import { localTime } from "../../core/prediction-log/local-time.ts";
import type { LogRecord, RefusedRecord } from "../../core/prediction-log/log-record.ts";
import { recordBatches } from "../../core/prediction-log/record-batches.ts";
import { matches, type RecordQuery } from "../../core/prediction-log/record-query.ts";
import { type Progress, warn } from "../output.ts";
import { loggedIdName } from "./logged-id.ts";
import { openSink, type SinkName, sinkNames } from "./logging-sinks.ts";
import type { Project } from "./open-project.ts";
import { spoolDir } from "./prediction-log.ts";
import { readSpool, sinkNotSet, spoolFailure } from "./read-log.ts";

export interface ReplayOptions {
  readonly to: SinkName;
  readonly query: RecordQuery;
  /** Ends it behind the batch that is on its way. */
  readonly signal: AbortSignal;
  /** Draws how many of so many records were done, sent or passed over. */
  readonly progress: (total: number) => Progress;
  /** Called when the sink begins to fail: it is tried again. */
  readonly onRetry: (failure: MltError) => void;
}

/** What became of a replay. */
export interface Replayed {
  /** Records that the sink has taken. */
  readonly sent: number;
  /** Records that it refused for good, which were set aside. */
  readonly refused: number;
  /** Why the sink refused the first of them. */
  readonly reason: string | undefined;
  /** The time of the first record that was not sent, in the configured time zone; `undefined` where all were. */
  readonly goOn: string | undefined;
}

const batchRows = 1_000;
/** With the pauses, a sink has ten seconds to come back. */
const mostFailures = 5;
const pauses = { firstMs: 500, longestMs: 8_000 };

/**
 * Sends once more what the spool has of a query, and tries what fails again a few times.
 *
 * @throws {MltError} when there is no log, or the sink is not set or does not take it
 */
export async function replayLog(project: Project, options: ReplayOptions): Promise<Replayed> {
  const { to, signal } = options;
  if (!sinkNames(project.config.logging).includes(to)) throw sinkNotSet(to);
  const progress = options.progress(await rowsIn(project, options.query));
  const source = await replaySource(project, options, progress);
  const sink = await openSink(to, { ...project, idName: await loggedIdName(project) });
  let failure: MltError | undefined;
  let failures = 0;
  const mayGoOn = () => !signal.aborted && failures < mostFailures;
  const work = delivery({
    source,
    sink,
    backoff: backoff({ ...pauses, random: Math.random }),
    pause: async (ms) => {
      if (mayGoOn()) await delay(ms, undefined, { signal }).catch(() => undefined);
    },
    onAttempt(caught) {
      if (caught !== undefined && failures === 0) options.onRetry(caught);
      failure = caught;
      failures = caught === undefined ? 0 : failures + 1;
    },
  });
  try {
    await work.run(mayGoOn);
  } finally {
    progress.done();
    await sink.close();
  }
  const { delivered: sent, refused } = work.counts();
  const replayed = { sent, refused, reason: source.reason(), goOn: source.goOn() };
  if (failure !== undefined && !signal.aborted) throw notTaken(failure, replayed, options);
  return replayed;
}

async function rowsIn(project: Project, span: RecordQuery): Promise<number> {
  const dir = spoolDir(project);
  try {
    return await spoolRows({ dir, span, onDamage: warn });
  } catch (cause) {
    throw spoolFailure(dir, cause);
  }
}

interface ReplaySource extends DeliverySource<undefined> {
  reason(): string | undefined;
  goOn(): string | undefined;
}

/** The records in batches; one is held until the sink has it. */
async function replaySource(
  project: Project,
  { to, query }: ReplayOptions,
  progress: Progress,
): Promise<ReplaySource> {
  let read = 0;
  const wanted = (record: LogRecord) => {
    read++;
    return matches(record, query);
  };
  const batches = recordBatches(readSpool(project, query), { wanted, size: batchRows });
  const timeText = localTime(project.config.logging.time_zone);
  let held = (await batches.next()).value;
  let firstRefused: RefusedRecord | undefined;
  return {
    next: async () => ({ records: held ?? [], position: undefined }),
    async setAside(refused) {
      firstRefused ??= refused[0];
      await appendDeadLetters(spoolDir(project), to, refused);
    },
    async acknowledge() {
      progress.advance(read);
      read = 0;
      held = (await batches.next()).value;
    },
    reason: () => firstRefused?.reason,
    goOn: () => (held?.[0] === undefined ? undefined : timeText(held[0].timeMs)),
  };
}

/** `1 record`, `2 records`. */
export function recordsText(count: number): string {
  return count === 1 ? "1 record" : `${count} records`;
}

/** What sends the rest of a replay, from a time on. */
export function goOnCommand(goOn: string, { to, query }: Pick<ReplayOptions, "to" | "query">): string {
  const { sinceMs: _, ...others } = query;
  const isNarrowed = Object.values(others).some((value) => value !== undefined);
  const command = `mlt logs --replay --to ${to} --since ${goOn}`;
  return isNarrowed ? `${command}, and the other flags as they were` : command;
}

function notTaken(
  failure: MltError,
  { sent, goOn = "" }: Replayed,
  options: Pick<ReplayOptions, "to" | "query">,
): MltError {
  return new MltError(`${failure.message}; ${recordsText(sent)} sent`, {
    hint: `${failure.hint ?? "Mend it."} Then go on with ${goOnCommand(goOn, options)}`,
    exitCode: failure.exitCode,
    cause: failure,
  });
}
