import { extname } from "node:path";
import { formatOf } from "../adapters/polars/data-files.ts";
import { ExitCode, MltError } from "../core/errors.ts";
import { nearest } from "../core/nearest.ts";
import { readLogFlags } from "./log-flags.ts";
import type { EvaluatedRows } from "./project/evaluate-project.ts";
import type { LogQuery } from "./project/read-log.ts";

export interface EvaluateFlags {
  readonly data?: string | undefined;
  readonly log?: string | undefined;
  readonly truth?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly report?: string | undefined;
}

const logs: readonly LogQuery["from"][] = ["spool"];

/**
 * What the flags say that the model is evaluated on.
 *
 * @param timeZone  of the log: what a day given is of
 * @throws {MltError} usage
 */
export function evaluatedRows(
  { data, log, truth, since, until, report }: EvaluateFlags,
  { nowMs, timeZone }: { readonly nowMs: number; readonly timeZone: string },
): EvaluatedRows {
  if (report !== undefined && !/^\.html?$/i.test(extname(report))) {
    throw usage(`--report "${report}" is no name of a page`, "Give it a name that ends in .html.");
  }
  if ((data === undefined) === (log === undefined)) {
    throw usage(
      data === undefined ? "mlt evaluate needs rows whose truth is known" : "--data and --log are given both",
      "Give --data with a file of labelled rows, or --log with where predictions are logged.",
    );
  }
  if (data !== undefined) {
    const stray = Object.entries({ truth, since, until }).find(([, value]) => value !== undefined);
    if (stray !== undefined) throw usage(`--${stray[0]} goes with --log`, "Leave it out, or give --log.");
    formatOf(data);
    return { data };
  }
  if (truth !== undefined) formatOf(truth);
  const { sinceMs, untilMs } = readLogFlags({ since, until }, timeZone, nowMs).query;
  return { log: { from: logNamed(log ?? ""), truth, sinceMs, untilMs } };
}

function logNamed(name: string): LogQuery["from"] {
  const known = logs.find((log) => log === name);
  if (known !== undefined) return known;
  const guess = nearest(name, logs);
  throw usage(
    `--log "${name}" is no place of a log${guess === undefined ? "" : `; did you mean ${guess}?`}`,
    `Choose of ${logs.join(", ")}.`,
  );
}

function usage(message: string, hint: string): MltError {
  return new MltError(message, { hint, exitCode: ExitCode.usage });
}
