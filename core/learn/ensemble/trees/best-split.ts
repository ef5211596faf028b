import { type GrowthMemory, splitLength } from "./growth-memory.ts";
import type { GrowthViews } from "./growth-views.ts";
import type { GrowthColumn } from "./growth-work.ts";
import type { Split } from "./split.ts";

/** The best split that was found for a node, of equals that of the first column. */
export function bestSplit(
  { nColumns }: GrowthMemory,
  { splits }: GrowthViews,
  columns: readonly GrowthColumn[],
  node: 0 | 1,
): Split | undefined {
  let best = 0;
  let column: number | undefined;
  for (let index = 0; index < nColumns; index++) {
    const gain = splits[(node * nColumns + index) * splitLength] ?? 0;
    if (gain <= best) continue;
    best = gain;
    column = index;
  }
  if (column === undefined) return undefined;
  const at = (node * nColumns + column) * splitLength;
  const [gain = 0, missing, bin = 0, gradient = 0, hessian = 0, count = 0, ...words] = splits.subarray(
    at,
    at + splitLength,
  );
  const bins = columns[column]?.isCategorical ? binsOf(words) : undefined;
  return { column, bin, bins, missingLeft: missing === 1, gain, left: { gradient, hessian, count } };
}

function binsOf(words: readonly number[]): number[] {
  return Array.from({ length: 256 }, (_, bin) => bin).filter(
    (bin) => (((words[bin >> 5] ?? 0) >>> (bin & 31)) & 1) === 1,
  );
}
