import type { LabelEvaluation } from "../learn/metrics/evaluation.ts";
import { printable } from "../report/printable.ts";

const mostLabels = 10;
/** Longest name of a label that is no class, where it is shown. */
export const longestLabel = 40;

/**
 * The same rows for a table of classes, which has a line and a column for each label. Whoever may send a truth may make up any number
 * of them, of any length: of those that are none of the model's classes no more than ten are left, the most frequent ones and one that
 * stands for all others, and none is longer than 40 characters.
 */
export function withFewLabels<Evaluation extends LabelEvaluation>(evaluation: Evaluation): Evaluation {
  const { truth, classes } = evaluation;
  const known = new Set(classes);
  const rows = new Map<string, number>();
  for (const label of truth) if (!known.has(label)) rows.set(label, (rows.get(label) ?? 0) + 1);
  const ranked = Array.from(rows).sort(([, a], [, b]) => b - a);
  const kept = ranked.length <= mostLabels ? ranked : ranked.slice(0, mostLabels - 1);
  const names = new Map([
    ...classes.map((label) => [label, label] as const),
    ...kept.map(([label]) => [label, printable(label, longestLabel)] as const),
  ]);
  const others = `(${rows.size - kept.length} other labels)`;
  return { ...evaluation, truth: truth.map((label) => names.get(label) ?? others) };
}
