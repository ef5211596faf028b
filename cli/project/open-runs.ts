import { readRuns } from "../../adapters/run-store.ts";
import { ExitCode, MltError } from "../../core/errors.ts";
import { metricNames } from "../../core/learn/metrics/metric-names.ts";
import { nearest } from "../../core/nearest.ts";
import type { Run } from "../../core/runs/run-record.ts";
import { sortRuns } from "../../core/runs/sort-runs.ts";
import { warn } from "../output.ts";
import { openProject } from "./open-project.ts";

/** The trainings of the project in a folder, the newest first; names files that hold none. */
export async function openRuns(dir: string): Promise<readonly Run[]> {
  const { root } = await openProject(dir);
  const { runs, leftOut } = await readRuns(root);
  for (const { path, why } of leftOut) warn(`"${path}" is ${why}: it is left out`);
  return runs;
}

/** @throws {MltError} usage: for a name that is no metric */
export function sorted(runs: readonly Run[], metric: string | undefined): readonly Run[] {
  if (metric === undefined) return runs;
  const known = [...metricNames("classification"), ...metricNames("regression")];
  if (known.includes(metric)) return sortRuns(runs, metric);
  const guess = nearest(metric, known);
  throw new MltError(
    `--sort "${metric}" is no metric${guess === undefined ? "" : `; did you mean ${guess}?`}`,
    { hint: `Choose of ${known.join(", ")}.`, exitCode: ExitCode.usage },
  );
}

/** Reads `--limit`. @throws {MltError} usage */
export function limitOf(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new MltError(`Cannot read --limit "${text}" as a number of runs`, {
    hint: "Give a whole number above 0.",
    exitCode: ExitCode.usage,
  });
}
