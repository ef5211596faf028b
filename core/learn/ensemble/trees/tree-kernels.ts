import { wasmModule } from "../../web-assembly.ts";
import { findBins } from "./bin-kernel.ts";
import { addRows, subtract } from "./histogram-kernels.ts";
import { partition } from "./partition-kernel.ts";
import { quantize } from "./quantize-kernel.ts";
import { scan } from "./scan-kernel.ts";
import { addValue, numberRows } from "./score-kernels.ts";

/**
 * The loops over all rows that growing trees spends its time in, on one memory: all positions are bytes.
 * A histogram has 256 bins a column, and two 64-bit integers a bin: the sum of gradients, and the sum of
 * hessians with the number of rows above it, from bit `countShift` on. Integers add up to the same in any order.
 */
export interface TreeKernels {
  /** Adds rows `rows[start..end]` to the histograms of columns `from..to`, both even. */
  addRows(
    rows: number,
    start: number,
    end: number,
    bins: number,
    stride: number,
    gradients: number,
    histogram: number,
    from: number,
    to: number,
    countShift: number,
  ): void;
  /** Takes one histogram from another, in place. */
  subtract(from: number, histogram: number, bytes: number): void;
  /**
   * Moves to the front of `rows[start..end]` the rows whose bin in a column `goesLeft` holds a 1 for, keeping the order on
   * both sides; `bins` is the column, row by row. @returns where the others start
   */
  partition(
    rows: number,
    start: number,
    end: number,
    bins: number,
    goesLeft: number,
    scratch: number,
  ): number;
  /**
   * Rounds pairs of doubles, times a weight if `weights` is not 0, to the gradients and hessians that `addRows` reads.
   * An odd number of rows is rounded up to an even one.
   */
  quantize(
    gradients: number,
    hessians: number,
    weights: number,
    nRows: number,
    into: number,
    gradientScale: number,
    hessianScale: number,
  ): void;
  /** Writes the numbers from `start` up to `end` to their places in `rows`. */
  numberRows(rows: number, start: number, end: number): void;
  /** Adds a value to the double of each of `rows[start..end]`, which are different ones. */
  addValue(rows: number, start: number, end: number, scores: number, value: number): void;
  /**
   * Finds the bins of one column of a block of float32 rows, `width` values each, by its 256 thresholds; writes them row
   * after row, `stride` bytes apart, and in a column of their own. `values` and `byRow` point at the column in the first row.
   */
  findBins(
    values: number,
    width: number,
    nRows: number,
    thresholds: number,
    byRow: number,
    stride: number,
    byColumn: number,
  ): void;
  /**
   * Looks for the best gap between bins of a column, the first `nGaps` of them, with sums that have begun: what goes left
   * whatever the gap. Gains are gradient² / (hessian + l2) of both sides; where one is above `best`, its address, gradient,
   * hessian and count, each 8 bytes, are written to `found`. @returns the best gain
   */
  scan(
    histogram: number,
    nGaps: number,
    countShift: number,
    found: number,
    leastCount: number,
    mostCount: number,
    minHessian: number,
    l2: number,
    nodeGradient: number,
    nodeHessian: number,
    gradient: number,
    hessian: number,
    count: number,
    best: number,
  ): number;
}

/** Makes the kernels for a shared memory. @throws {RangeError} when the runtime made something else of them */
export function treeKernels(shared: WebAssembly.Memory): TreeKernels {
  compiled ??= new WebAssembly.Module(
    wasmModule([addRows, subtract, partition, scan, quantize, findBins, numberRows, addValue]),
  );
  const { exports } = new WebAssembly.Instance(compiled, { kernels: { memory: shared } });
  if (!isKernels(exports)) throw new RangeError("The kernels were compiled to something else");
  return exports;
}

let compiled: WebAssembly.Module | undefined;

function isKernels(exports: unknown): exports is TreeKernels {
  return typeof exports === "object" && exports !== null && "addRows" in exports && "partition" in exports;
}
