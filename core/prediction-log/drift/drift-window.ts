import type { Columns } from "../../features/columns.ts";
import type { ModelCard } from "../../model/model-card.ts";
import { type DriftColumns, driftColumns, driftCounter } from "./drift-counter.ts";

/** What a service was asked and has said of late, by the bins of the training. */
export interface DriftWindow {
  /** Counts a request's rows, or every so many of them, or none: see `driftWindow`. */
  count(columns: Columns, scores: Float32Array): void;
  /** Lets what is too old fade, and new rows be counted; to be called every second or so, with a monotonic time. */
  tick(nowMs: number): void;
  /** Rows of every bin, as `DriftCounter.counts` has them. */
  counts(): number[];
}

/** A day, in parts that are forgotten one by one; where little is asked it is longer, since of few rows nothing can be said. */
const partMs = 6 * 3_600_000;
const parts = 4;
const rowsOfPart = 250;

/** Counting takes about 10 ns for a value: what is counted between two ticks takes a millisecond, whatever is asked. */
const valuesOfTick = 100_000;

/**
 * A window over the last 18 to 24 hours, or over the last 750 rows or so where that is longer. Between two ticks it counts 100 000 values, all rows of iris up to 20 000 a second: a
 * request that has more rows than are left counts evenly spread ones, and then no more are counted until the next tick.
 */
export function driftWindow(card: ModelCard, columns: DriftColumns = driftColumns(card)): DriftWindow {
  const rowsOfTick = Math.max(1, Math.floor(valuesOfTick / (columns.features.length + 1)));
  let counter = driftCounter(card, columns);
  let past: Float64Array[] = [];
  let rowsLeft = rowsOfTick;
  let rowsOfCurrent = 0;
  let beganMs: number | undefined;
  return {
    count: (rows, scores) => {
      if (rowsLeft === 0) return;
      const step = Math.ceil(rows.nRows / rowsLeft);
      const taken = Math.ceil(rows.nRows / step);
      rowsLeft -= taken;
      rowsOfCurrent += taken;
      counter.add(rows, scores, step);
    },
    tick: (nowMs) => {
      rowsLeft = rowsOfTick;
      beganMs ??= nowMs;
      if (nowMs - beganMs < partMs || rowsOfCurrent < rowsOfPart) return;
      past = [counter.counts(), ...past].slice(0, parts - 1);
      counter = driftCounter(card, columns);
      rowsOfCurrent = 0;
      beganMs = nowMs;
    },
    counts: () =>
      Array.from(counter.counts(), (count, bin) => past.reduce((sum, old) => sum + (old[bin] ?? 0), count)),
  };
}
