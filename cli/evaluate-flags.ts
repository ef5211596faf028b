import { extname } from "node:path";
import { formatOf } from "../adapters/polars/data-files.ts";
import { ExitCode, MltError } from "../core/errors.ts";
import { oneOf, places, readLogFlags } from "./log-flags.ts";
import type { EvaluatedRows } from "./project/evaluate-project.ts";

export interface EvaluateFlags {
  readonly data?: string | undefined;
  readonly log?: string | undefined;
  readonly truth?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly report?: string | undefined;
}

const twoWays = "Give --data with a file of labelled rows, or --log with where predictions are logged.";

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
  const from = oneOf("--log", log, places);
  if (from !== undefined && data !== undefined) throw usage("--data and --log are given both", twoWays);
  if (data !== undefined) {
    const stray = Object.entries({ truth, since, until }).find(([, value]) => value !== undefined);
    if (stray !== undefined) throw usage(`--${stray[0]} goes with --log`, "Leave it out, or give --log.");
    formatOf(data);
    return { data };
  }
  if (from === undefined) throw usage("mlt evaluate needs rows whose truth is known", twoWays);
  if (truth !== undefined) formatOf(truth);
  const { sinceMs, untilMs } = readLogFlags({ since, until }, timeZone, nowMs).query;
  return { log: { from, truth, sinceMs, untilMs } };
}

function usage(message: string, hint: string): MltError {
  return new MltError(message, { hint, exitCode: ExitCode.usage });
}
