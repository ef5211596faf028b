import { higherIsBetter } from "../learn/metrics/metric-names.ts";
import type { Run } from "./run-record.ts";

/** The best by a metric on the held-out rows first, as they were among equals; those without it last. */
export function sortRuns(runs: readonly Run[], metric: string): Run[] {
  const sign = higherIsBetter(metric) ? 1 : -1;
  const scoreOf = ({ metrics }: Run) => {
    const value = metrics?.test[metric];
    return value === undefined ? Number.NEGATIVE_INFINITY : sign * value;
  };
  return runs.toSorted((a, b) => Number(scoreOf(b) > scoreOf(a)) - Number(scoreOf(a) > scoreOf(b)));
}
