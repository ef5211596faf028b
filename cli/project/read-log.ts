import { resolve } from "node:path";
import { listSegments } from "../../adapters/spool/segment-file.ts";
import { spoolRecords } from "../../adapters/spool/spool-records.ts";
import { MltError } from "../../core/errors.ts";
import type { LogRecord } from "../../core/prediction-log/log-record.ts";
import { matches, type RecordQuery } from "../../core/prediction-log/record-query.ts";
import { warn } from "../output.ts";
import type { Project } from "./open-project.ts";

/** Where the prediction log is read from. */
export type LogSource = "spool" | "mongodb";

export interface LogQuery extends RecordQuery {
  readonly from: "spool";
}

/**
 * The records that are asked for, in the order of their time.
 *
 * @throws {MltError} when there is no log
 */
export async function* readLog(
  project: Project,
  { from: _from, ...query }: LogQuery,
): AsyncGenerator<LogRecord, void> {
  const dir = spoolDir(project);
  if ((await listSegments(dir)).length === 0) throw nothingLogged(project);
  for await (const record of spoolRecords(dir, query, warn)) if (matches(record, query)) yield record;
}

/** The folder of a project's spool. */
export function spoolDir({ root, config }: Project): string {
  return resolve(root, config.logging.spool.dir);
}

/** What is said where the spool holds nothing. */
export function nothingLogged(project: Project): MltError {
  const { enabled, fluentd, mongodb } = project.config.logging;
  const isOn = enabled ?? (fluentd.host !== undefined || mongodb.uri !== undefined);
  return new MltError(`There is no prediction log in "${spoolDir(project)}"`, {
    hint: isOn
      ? "Start mlt serve in this project and ask it for a prediction, or name the folder as logging.spool.dir."
      : "Set logging.enabled: true in config.yaml, start mlt serve, and ask it for a prediction.",
  });
}
