import { ExitCode, MltError } from "../core/errors.ts";
import type { Task } from "../core/features/feature-spec.ts";
import { metricNames } from "../core/learn/metrics/metric-names.ts";
import type { MetricBound } from "../core/model/gates.ts";
import { nearest } from "../core/nearest.ts";

/** Reads `--min-metric accuracy=0.9,f1_macro=0.8`. @throws {MltError} usage */
export function parseBounds(text: string | undefined, task: Task): MetricBound[] {
  return (text === undefined ? [] : text.split(",")).map((part) => {
    const [metric = "", value = ""] = part.split(/=(.*)/s).map((side) => side.trim());
    const known = metricNames(task);
    if (!known.includes(metric)) {
      const guess = nearest(metric, known);
      throw usage(
        `--min-metric "${metric}" is no metric of ${task}${guess === undefined ? "" : `; did you mean ${guess}?`}`,
        `Choose of ${known.join(", ")}.`,
      );
    }
    const bound = Number(value);
    if (value === "" || !Number.isFinite(bound)) {
      throw usage(`Cannot read --min-metric "${part}" as name=number`, `Write --min-metric ${metric}=0.9.`);
    }
    return { metric, bound };
  });
}

function usage(message: string, hint: string): MltError {
  return new MltError(message, { hint, exitCode: ExitCode.usage });
}
