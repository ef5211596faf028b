import type { Growth, Part } from "./growth-work.ts";
import { shareOf } from "./shares.ts";

/** Told where a node's rows start and end, and the column of its split: puts the left rows of a share before the others. */
export function partition({ memory, kernels, views }: Growth, { part, nParts, told }: Part): void {
  const [from = 0, to = 0, column = 0] = told;
  const { start, end } = shareOf({ from, to }, part, nParts);
  const { rows, columnBins, goesLeft, scratch, nRows } = memory;
  const bins = columnBins + column * nRows;
  const middle = kernels.partition(rows, start, end, bins, goesLeft, scratch + 4 * start);
  views.partCounts[part] = middle - start;
}

/** Told the same: brings the left rows of all shares together, and the others. */
export function toScratch({ memory, views }: Growth, { part, nParts, told }: Part): void {
  const [from = 0, to = 0] = told;
  const counts = views.partCounts.subarray(0, nParts);
  const before = counts.subarray(0, part).reduce((sum, count) => sum + count, 0);
  const all = counts.reduce((sum, count) => sum + count, 0);
  const { start, end } = shareOf({ from, to }, part, nParts);
  const middle = start + (counts[part] ?? 0);
  const { words } = views;
  const scratch = memory.scratch / 4;
  words.set(views.rows.subarray(start, middle), scratch + from + before);
  words.set(views.rows.subarray(middle, end), scratch + from + all + (start - from - before));
}

/** Told the same: takes them back. */
export function fromScratch({ memory, views }: Growth, { part, nParts, told }: Part): void {
  const [from = 0, to = 0] = told;
  const { start, end } = shareOf({ from, to }, part, nParts);
  const scratch = memory.scratch / 4;
  views.rows.set(views.ints.subarray(scratch + start, scratch + end), start);
}
