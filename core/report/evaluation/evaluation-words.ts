import type { MetricComparison } from "../../evaluation/comparison.ts";
import type { Shift } from "../../prediction-log/drift/drift-table.ts";

const shifts: Readonly<Record<Shift, string>> = {
  stable: "stable",
  moved: "moved",
  moved_a_lot: "moved a lot",
  too_few_rows: "too few rows to tell",
};

/** What a population stability index says, in words. */
export function shiftText(shift: Shift): string {
  return shifts[shift];
}

const verdicts: Readonly<Record<NonNullable<MetricComparison["verdict"]>, string>> = {
  better: "better",
  worse: "worse",
  within_interval: "within the interval",
};

/** How a metric stands to that of the training, in words. */
export function verdictText(verdict: NonNullable<MetricComparison["verdict"]>): string {
  return verdicts[verdict];
}
