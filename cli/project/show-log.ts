import type { SegmentPosition } from "../../adapters/spool/cursor-file.ts";
import { followSpool } from "../../adapters/spool/follow-spool.ts";
import { spoolRecords } from "../../adapters/spool/spool-records.ts";
import { spoolTail } from "../../adapters/spool/spool-tail.ts";
import { ExitCode } from "../../core/errors.ts";
import type { LogRecord } from "../../core/prediction-log/log-record.ts";
import { recordBatches } from "../../core/prediction-log/record-batches.ts";
import { matches, type RecordQuery } from "../../core/prediction-log/record-query.ts";
import { say, warn } from "../output.ts";
import type { RecordPrinter } from "../record-printer.ts";
import { isLogged } from "./logging-sinks.ts";
import type { Project } from "./open-project.ts";
import { spoolDir } from "./prediction-log.ts";
import { hasSpool, type LogSource, nothingLogged, readLog, readOptions, spoolFailure } from "./read-log.ts";

export interface ShowLogOptions {
  readonly query: RecordQuery;
  /** Most records; 0: all. */
  readonly last: number;
  readonly printer: RecordPrinter;
}

const batchRows = 1_000;

/**
 * Prints what the log has of a query.
 *
 * @throws {MltError} when there is no log, or it cannot be read
 */
export async function showLog(project: Project, from: LogSource, options: ShowLogOptions): Promise<void> {
  const printed =
    from === "spool" ? await printSpool(project, options, new Map()) : await printMongoDb(project, options);
  await options.printer.end();
  if (printed === 0) say("The prediction log holds no such record");
}

/** Prints what the spool has of a query, and then what comes, until Ctrl-C. @returns the exit code */
export async function followLog(project: Project, options: ShowLogOptions): Promise<number> {
  const { query, printer } = options;
  const reached = new Map<string, SegmentPosition>();
  if (!isLogged(project.config.logging) || (await hasSpool(project))) {
    await printSpool(project, options, reached);
  } else say("Nothing is logged yet; waiting for the first prediction");
  const interrupt = new AbortController();
  const { signal } = interrupt;
  process.once("SIGINT", () => interrupt.abort());
  const followed = followSpool({ dir: spoolDir(project), from: reached, onDamage: warn, signal });
  for await (const records of followed)
    await printer.print(records.filter((record) => matches(record, query)));
  return ExitCode.interrupted;
}

/** @returns how many were printed */
async function printSpool(
  project: Project,
  { query, last, printer }: ShowLogOptions,
  reached: Map<string, SegmentPosition>,
): Promise<number> {
  if (!(await hasSpool(project))) throw nothingLogged(project);
  const wants = (record: LogRecord) => matches(record, query);
  const read = { dir: spoolDir(project), span: query, onDamage: warn, reached };
  try {
    if (last === 0) return await printEach(spoolRecords(read), printer, wants);
    return await printLast(await spoolTail({ ...read, count: last, wants }), printer);
  } catch (cause) {
    throw spoolFailure(read.dir, cause);
  }
}

/** @returns how many were printed */
async function printMongoDb(project: Project, { query, last, printer }: ShowLogOptions): Promise<number> {
  if (last === 0) return await printEach(readLog(project, { from: "mongodb", ...query }), printer);
  const { readLatestMongoDb } = await import("../../adapters/mongodb/read-mongodb.ts");
  return await printLast(await readLatestMongoDb(await readOptions(project, query), query, last), printer);
}

async function printLast(records: readonly LogRecord[], printer: RecordPrinter): Promise<number> {
  await printer.print(records);
  return records.length;
}

async function printEach(
  records: AsyncIterable<LogRecord>,
  printer: RecordPrinter,
  wanted: (record: LogRecord) => boolean = () => true,
): Promise<number> {
  let printed = 0;
  for await (const batch of recordBatches(records, { wanted, size: batchRows })) {
    await printer.print(batch);
    printed += batch.length;
  }
  return printed;
}
