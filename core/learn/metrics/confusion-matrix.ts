import { classCodes } from "./class-codes.ts";
import type { LabelEvaluation } from "./evaluation.ts";

/** How often each true label was given each predicted label. */
export interface ConfusionMatrix {
  /** The m labels: the model's classes, then true labels that it does not know. */
  readonly labels: readonly string[];
  /** m × m counts: `counts[t][p]` rows of true label t were predicted as p. */
  readonly counts: readonly (readonly number[])[];
}

/** How well one class is told from the others; a ratio without a denominator is 0. */
export interface ClassScores {
  readonly label: string;
  /** Of the rows predicted as this class, the share that is. */
  readonly precision: number;
  /** Of the rows that are this class, the share predicted so. */
  readonly recall: number;
  /** Harmonic mean of both. */
  readonly f1: number;
  /** Rows that are this class. */
  readonly support: number;
}

/** Counts true against predicted labels. */
export function confusionMatrix(evaluation: LabelEvaluation): ConfusionMatrix {
  const { labels, truth, predicted } = classCodes(evaluation);
  const counts = labels.map(() => labels.map(() => 0));
  for (const [row, code] of truth.entries()) {
    const line = counts[code] ?? [];
    const column = predicted[row] ?? 0;
    line[column] = (line[column] ?? 0) + 1;
  }
  return { labels, counts };
}

/** Precision, recall and F1 of every label, in the matrix's order. */
export function classScores({ labels, counts }: ConfusionMatrix): ClassScores[] {
  return labels.map((label, code) => {
    const support = (counts[code] ?? []).reduce((sum, count) => sum + count, 0);
    const predicted = counts.reduce((sum, line) => sum + (line[code] ?? 0), 0);
    const hits = counts[code]?.[code] ?? 0;
    return {
      label,
      precision: predicted === 0 ? 0 : hits / predicted,
      recall: support === 0 ? 0 : hits / support,
      f1: support + predicted === 0 ? 0 : (2 * hits) / (support + predicted),
      support,
    };
  });
}
