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
  if (!(await hasSpool(project))) throw nothingLogged(project);
  for await (const record of spoolRecords({ dir, span: query, onDamage: warn })) {
    if (matches(record, query)) yield record;
  }
}

/** The folder of a project's spool. */
export function spoolDir({ root, config }: Project): string {
  return resolve(root, config.logging.spool.dir);
}

/** Whether something was kept in a project's spool. */
export async function hasSpool(project: Project): Promise<boolean> {
  return (await listSegments(spoolDir(project))).length > 0;
}

/** Whether a project's service logs what it predicts. */
export function isLogging({ config }: Project): boolean {
  const { enabled, fluentd, mongodb } = config.logging;
  return enabled ?? (fluentd.host !== undefined || mongodb.uri !== undefined);
}

/** What is said where the spool holds nothing. */
export function nothingLogged(project: Project): MltError {
  return new MltError(`There is no prediction log in "${spoolDir(project)}"`, {
    hint: isLogging(project)
      ? "Start mlt serve in this project, and ask it for a prediction."
      : "Set logging.enabled: true in config.yaml, start mlt serve, and ask it for a prediction.",
  });
}
