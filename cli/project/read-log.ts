import type { ReadMongoDbOptions } from "../../adapters/mongodb/read-mongodb.ts";
import { systemCode } from "../../adapters/spool/disk-failure.ts";
import { listSegments } from "../../adapters/spool/segment-file.ts";
import type { TimeSpan } from "../../adapters/spool/segment-times.ts";
import { spoolRecords } from "../../adapters/spool/spool-records.ts";
import { ExitCode, MltError } from "../../core/errors.ts";
import type { LogRecord } from "../../core/prediction-log/log-record.ts";
import { matches, type RecordQuery } from "../../core/prediction-log/record-query.ts";
import { warn } from "../output.ts";
import { loggedIdName } from "./logged-id.ts";
import { isLogged, type SinkName } from "./logging-sinks.ts";
import { mongodbOptions } from "./mongodb-settings.ts";
import type { Project } from "./open-project.ts";
import { spoolDir } from "./prediction-log.ts";

/** Where the prediction log is read from. */
export type LogSource = "spool" | "mongodb";

export interface LogQuery extends RecordQuery {
  readonly from: LogSource;
}

/**
 * The records that are asked for, in the order of their time.
 *
 * @throws {MltError} when there is no log, or it cannot be read
 */
export async function* readLog(
  project: Project,
  { from, ...query }: LogQuery,
): AsyncGenerator<LogRecord, void> {
  if (from === "mongodb") {
    const { readMongoDb } = await import("../../adapters/mongodb/read-mongodb.ts");
    return yield* readMongoDb(await readOptions(project, query), query);
  }
  for await (const record of readSpool(project, query)) if (matches(record, query)) yield record;
}

/**
 * The records of the spool that may be asked for, and others, in the order of their time.
 *
 * @throws {MltError} when there is none, or it cannot be read
 */
export async function* readSpool(project: Project, span: TimeSpan): AsyncGenerator<LogRecord, void> {
  if (!(await hasSpool(project))) throw nothingLogged(project);
  const dir = spoolDir(project);
  try {
    yield* spoolRecords({ dir, span, onDamage: warn });
  } catch (cause) {
    throw spoolFailure(dir, cause);
  }
}

/**
 * How the project's predictions are read from MongoDB.
 *
 * @throws {MltError} when it is not set
 */
export async function readOptions(project: Project, { id }: RecordQuery): Promise<ReadMongoDbOptions> {
  const options = mongodbOptions(project.config.logging);
  if (options === undefined) throw sinkNotSet("mongodb");
  return { ...options, idName: id === undefined ? undefined : await loggedIdName(project) };
}

/** Whether something was kept in a project's spool. */
export async function hasSpool(project: Project): Promise<boolean> {
  const dir = spoolDir(project);
  try {
    return (await listSegments(dir)).length > 0;
  } catch (cause) {
    throw spoolFailure(dir, cause);
  }
}

/** What is thrown where the spool was read and the disk failed; anything else stays what it is. */
export function spoolFailure(dir: string, cause: unknown): unknown {
  const code = systemCode(cause);
  if (code === undefined) return cause;
  const isForbidden = code === "EACCES" || code === "EPERM";
  return new MltError(
    `Cannot read the prediction log in "${dir}": ${isForbidden ? "it is not yours" : code}`,
    {
      hint: isForbidden
        ? "Read it as the user that mlt serve runs as."
        : "Check logging.spool.dir and its disk.",
      exitCode: ExitCode.external,
      cause,
    },
  );
}

/** Where the log of a project is read from unless somebody says: what is on disk is all, and here. */
export async function defaultSource(project: Project): Promise<LogSource> {
  const isInMongoDb = mongodbOptions(project.config.logging) !== undefined;
  return isInMongoDb && !(await hasSpool(project)) ? "mongodb" : "spool";
}

/** What is said where the spool holds nothing. */
export function nothingLogged(project: Project): MltError {
  return new MltError(`There is no prediction log in "${spoolDir(project)}"`, {
    hint: isLogged(project.config.logging)
      ? "Start mlt serve in this project, and ask it for a prediction."
      : "Set logging.enabled: true in config.yaml, start mlt serve, and ask it for a prediction.",
  });
}

/** What is said of a sink that the configuration does not name. */
export function sinkNotSet(name: SinkName): MltError {
  const [setting, variable] =
    name === "mongodb"
      ? ["logging.mongodb.uri", "MLT_LOGGING__MONGODB__URI"]
      : ["logging.fluentd.host", "MLT_LOGGING__FLUENTD__HOST"];
  return new MltError(`${setting} is not set`, { hint: `Set ${variable}, in the environment or in .env.` });
}
