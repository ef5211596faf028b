import { listSegments } from "../../adapters/spool/segment-file.ts";
import { spoolRecords } from "../../adapters/spool/spool-records.ts";
import { MltError } from "../../core/errors.ts";
import type { LogRecord } from "../../core/prediction-log/log-record.ts";
import { matches, type RecordQuery } from "../../core/prediction-log/record-query.ts";
import { warn } from "../output.ts";
import { isLogged } from "./logging-sinks.ts";
import type { Project } from "./open-project.ts";
import { spoolDir } from "./prediction-log.ts";

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

/** Whether something was kept in a project's spool. */
export async function hasSpool(project: Project): Promise<boolean> {
  return (await listSegments(spoolDir(project))).length > 0;
}

/** What is said where the spool holds nothing. */
export function nothingLogged(project: Project): MltError {
  return new MltError(`There is no prediction log in "${spoolDir(project)}"`, {
    hint: isLogged(project.config.logging)
      ? "Start mlt serve in this project, and ask it for a prediction."
      : "Set logging.enabled: true in config.yaml, start mlt serve, and ask it for a prediction.",
  });
}
