import type { CriterionOptions } from "./tree-rows.ts";

/** How many rows lie on both sides of a split: counted only where a leaf must have more than one. */
export interface RowCounts {
  enter(start: number, end: number): void;
  count(column: number): void;
  begin(): void;
  /** @returns whether both sides have as many rows as a leaf needs */
  move(bin: number): boolean;
  clear(bins: Uint8Array, count: number): void;
}

export function rowCounts({ binned, treeRows: { rows }, minSamplesLeaf }: CriterionOptions): RowCounts {
  const counts = new Int32Array(256);
  const isCounted = minSamplesLeaf > 1;
  let [start, end, left] = [0, 0, 0];
  return {
    enter(from, to) {
      start = from;
      end = to;
    },
    count(column) {
      if (!isCounted) return;
      const base = column * binned.nRows;
      for (let index = start; index < end; index++) {
        const bin = binned.bins[base + (rows[index] ?? 0)] ?? 0;
        counts[bin] = (counts[bin] ?? 0) + 1;
      }
    },
    begin() {
      left = 0;
    },
    move(bin) {
      if (!isCounted) return true;
      left += counts[bin] ?? 0;
      return left >= minSamplesLeaf && end - start - left >= minSamplesLeaf;
    },
    clear(bins, count) {
      if (!isCounted) return;
      for (let at = 0; at < count; at++) counts[bins[at] ?? 0] = 0;
    },
  };
}
