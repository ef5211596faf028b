import { findSplit } from "./find-split.ts";
import type { Growth, Part } from "./growth-work.ts";
import { histogramBytes } from "./histogram-kernels.ts";
import { shareOf } from "./shares.ts";

/**
 * For a share of the columns, makes the histograms of one or two nodes, and looks for their best splits.
 * Told where the rows of the first node start and end, the address of its histogram, the address of its parent's, which becomes
 * that of the second node, or 0; then of each node whether it may be split, and its gradient, hessian and count. A first node
 * without a histogram, at 0, leaves the second alone.
 */
export function place(growth: Growth, { part, nParts, told }: Part): void {
  const { memory, kernels, views } = growth;
  const [from = 0, to = 0, first = 0, second = 0] = told;
  const share = shareOf({ from: 0, to: memory.stride, unit: 2 }, part, nParts);
  const { start, end } = share;
  const offset = start * histogramBytes;
  const bytes = (end - start) * histogramBytes;
  if (first !== 0) {
    const { rows, bins, stride, gradients } = memory;
    const [countShift = 0] = views.rules;
    views.bytes.fill(0, first + offset, first + offset + bytes);
    kernels.addRows(rows, from, to, bins, stride, gradients, first, start, end, countShift);
    if (second !== 0) kernels.subtract(second + offset, first + offset, bytes);
  }
  for (const [node, histogram] of [first, second].entries()) {
    const [isOpen = 0, gradient = 0, hessian = 0, count = 0] = told.slice(4 + 4 * node, 8 + 4 * node);
    if (isOpen === 0) continue;
    const [lower = 0, upper = 0] = views.bounds.subarray(2 * node);
    const splitNode = { sums: { gradient, hessian, count }, bounds: { lower, upper } };
    for (let column = start; column < Math.min(end, memory.nColumns); column++) {
      findSplit(growth, {
        index: node * memory.nColumns + column,
        column,
        histogram: histogram + column * histogramBytes,
        node: splitNode,
      });
    }
  }
}
