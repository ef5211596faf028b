import type { ModelCard } from "../../model/model-card.ts";
import { rowsOfBin } from "./bins.ts";
import { type DriftColumn, type DriftColumns, driftColumns } from "./drift-counter.ts";
import { movedALotFrom, movedFrom, populationStability, totalOf } from "./population-stability.ts";

/** What an index says; `too_few_rows` where chance alone could make it. */
export type Shift = "stable" | "moved" | "moved_a_lot" | "too_few_rows";

/** How far a feature, or the predictions, have moved from what the training saw. */
export interface DriftRow {
  readonly kind: "feature" | "prediction";
  /** Of the feature, or of the target. */
  readonly name: string;
  /** The population stability index; absent where nothing was counted. */
  readonly psi?: number;
  readonly shift: Shift;
  /** Rows that were counted. */
  readonly rows: number;
  /** Rows from which on the index is more than chance. */
  readonly enoughRows: number;
  readonly bins: readonly DriftBin[];
}

export interface DriftBin {
  readonly label: string;
  /** Rows of the training. */
  readonly expected: number;
  /** Rows that were counted. */
  readonly actual: number;
}

/** The features in their order, then the predictions, with the counts of a `driftCounter`. */
export function driftTable(
  card: ModelCard,
  counts: ArrayLike<number>,
  { features, prediction }: DriftColumns = driftColumns(card),
): readonly DriftRow[] {
  return [
    ...features.map((column) => ({
      kind: "feature" as const,
      name: column.feature,
      ...drift(column, counts),
    })),
    { kind: "prediction", name: card.target, ...drift(prediction, counts) },
  ];
}

/** What an index says that enough rows have made. */
export function shiftOf(psi: number): Exclude<Shift, "too_few_rows"> {
  if (psi >= movedALotFrom) return "moved_a_lot";
  return psi >= movedFrom ? "moved" : "stable";
}

function drift({ labels, expected, offset }: DriftColumn, counts: ArrayLike<number>) {
  const actual = labels.map((_, bin) => counts[offset + bin] ?? 0);
  const rows = totalOf(actual);
  const enoughRows = enough(expected);
  const bins = labels.map((label, bin) => ({
    label,
    expected: expected[bin] ?? 0,
    actual: actual[bin] ?? 0,
  }));
  if (rows === 0 || totalOf(expected) === 0) {
    return { shift: "too_few_rows" as const, rows, enoughRows, bins };
  }
  const psi = populationStability(expected, actual);
  const shift: Shift = rows < enoughRows ? "too_few_rows" : shiftOf(psi);
  return { psi, shift, rows, enoughRows, bins };
}

/** Beside a large training, chance makes an index of about 0.025 of so many rows, and beside one that is no larger twice as much. */
function enough(expected: readonly number[]): number {
  return Math.max(100, rowsOfBin * expected.filter((count) => count > 0).length);
}
