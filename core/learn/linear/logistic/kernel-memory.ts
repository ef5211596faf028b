import { type RowKernels, rowKernels } from "./row-kernels.ts";

/** Values of some rows: a second cache holds them with ease. */
const blockValues = 8_192;

/** Rows that are shown to the kernels at a time: a whole number of fours. */
export function rowsAtATime(nColumns: number): number {
  return 4 * Math.min(1024, Math.max(1, Math.floor(blockValues / nColumns / 4)));
}

/** So many rows, rounded up to what the kernels take. */
export function wholeQuads(nRows: number): number {
  return Math.ceil(nRows / 4) * 4;
}

/** Arrays in the memory of kernels, behind one another: whoever asked for some before has lost what was in theirs. */
export function doublesForKernels(sizes: readonly number[]) {
  const { memory, kernels } = kernelsWith(8 * sizes.reduce((sum, size) => sum + size, 0));
  let end = 0;
  const arrays = sizes.map((size) => {
    const start = end;
    end += size;
    return new Float64Array(memory.buffer, 8 * start, size);
  });
  return { kernels, arrays };
}

/** Making kernels takes as long as a small fit, so those of a thread, and their memory, are made once. */
function kernelsWith(bytes: number) {
  if (made === undefined || made.memory.buffer.byteLength < bytes) {
    const pages = Math.max(4, Math.ceil(bytes / 65_536));
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    made = { memory, kernels: rowKernels(memory) };
  }
  return made;
}

let made: { readonly memory: WebAssembly.Memory; readonly kernels: RowKernels } | undefined;
