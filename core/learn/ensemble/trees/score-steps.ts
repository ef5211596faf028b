import { blockRows } from "./growth-memory.ts";
import type { Growth, Part } from "./growth-work.ts";
import { shareOf } from "./shares.ts";

/** Begins an iteration. */
export function begin({ memory, derivatives }: Growth, { part, nParts }: Part): void {
  const { start, end } = shareOf({ from: 0, to: memory.nRows }, part, nParts);
  derivatives.begin(start, end);
}

/** Told the output. Writes the largest gradient, by size, and the largest hessian of the part among the leaves. */
export function findMost(growth: Growth, { part, nParts, told: [output = 0] }: Part): void {
  let gradient = 0;
  let hessian = 0;
  eachBlock(growth, { part, nParts, output }, (_, gradients, hessians) => {
    for (let index = 0; index < gradients.length; index++) {
      gradient = Math.max(gradient, Math.abs(gradients[index] ?? 0));
      hessian = Math.max(hessian, hessians[index] ?? 0);
    }
  });
  growth.views.leaves[2 * part] = gradient;
  growth.views.leaves[2 * part + 1] = hessian;
}

/** Told the output, and the scales of gradients and hessians. Puts the rows in order again, too. */
export function derive(growth: Growth, { part, nParts, told }: Part): void {
  const [output = 0, gradientScale = 1, hessianScale = 1] = told;
  const { memory, kernels } = growth;
  eachBlock(growth, { part, nParts, output }, (start, { byteOffset, length }, hessians) => {
    kernels.numberRows(memory.rows, start, start + length);
    const weights = memory.weights === 0 ? 0 : memory.weights + 8 * start;
    const into = memory.gradients + 8 * start;
    kernels.quantize(byteOffset, hessians.byteOffset, weights, length, into, gradientScale, hessianScale);
  });
}

/** Told the output and how many leaves there are: adds their values to the scores of a share of all positions. */
export function addLeaves({ memory, kernels, views }: Growth, { part, nParts, told }: Part): void {
  const [output = 0, nLeaves = 0] = told;
  const scores = memory.scores + 8 * output * memory.nRows;
  const share = shareOf({ from: 0, to: memory.nRows }, part, nParts);
  for (let leaf = 0; leaf < nLeaves; leaf++) {
    const [start = 0, end = 0, value = 0] = views.leaves.subarray(3 * leaf, 3 * leaf + 3);
    const first = Math.max(start, share.start);
    kernels.addValue(memory.rows, first, Math.min(end, share.end), scores, value);
  }
}

/** Derives a share of the rows, some thousand at a time, which stay in the cache. */
function eachBlock(
  { memory, derivatives }: Growth,
  { part, nParts, output }: { readonly part: number; readonly nParts: number; readonly output: number },
  use: (start: number, gradients: Float64Array, hessians: Float64Array) => void,
): void {
  // Whole blocks, since two rows are rounded at a time.
  const share = shareOf({ from: 0, to: memory.nRows, unit: blockRows }, part, nParts);
  const block = memory.blocks + part * blockRows * 16;
  const whole = new Float64Array(memory.memory.buffer, block, 2 * blockRows);
  let gradients = whole.subarray(0, blockRows);
  let hessians = whole.subarray(blockRows);
  for (let { start } = share; start < share.end; start += blockRows) {
    // Only the last block is shorter: arrays of each block would be much to clean up.
    const length = Math.min(blockRows, share.end - start);
    if (length < blockRows)
      [gradients, hessians] = [gradients.subarray(0, length), hessians.subarray(0, length)];
    derivatives.derive(output, start, gradients, hessians);
    use(start, gradients, hessians);
  }
}
