import type { LabelEvaluation } from "../learn/metrics/evaluation.ts";

const mostLabels = 10;

/**
 * The same rows where no more than ten true labels are none of the model's classes: the most frequent ones, and one that stands
 * for all others. A table of classes has a line and a column for each, and whoever may send a truth may send any number of them.
 */
export function withFewLabels<Evaluation extends LabelEvaluation>(evaluation: Evaluation): Evaluation {
  const { truth, classes } = evaluation;
  const known = new Set(classes);
  const rows = new Map<string, number>();
  for (const label of truth) if (!known.has(label)) rows.set(label, (rows.get(label) ?? 0) + 1);
  if (rows.size <= mostLabels) return evaluation;
  const kept = Array.from(rows)
    .sort(([, a], [, b]) => b - a)
    .slice(0, mostLabels - 1);
  for (const [label] of kept) known.add(label);
  const others = `(${rows.size - kept.length} other labels)`;
  return { ...evaluation, truth: truth.map((label) => (known.has(label) ? label : others)) };
}
