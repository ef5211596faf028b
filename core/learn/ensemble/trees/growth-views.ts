import { maxSample } from "./bins.ts";
import { type GrowthMemory, mostLeaves, mostParts, splitLength, treeRules } from "./growth-memory.ts";

/** The arrays of a fit as a thread reads and writes them. */
export type GrowthViews = ReturnType<typeof growthViews>;

export function growthViews(growth: GrowthMemory) {
  const { memory, nRows, nColumns, nOutputs } = growth;
  const { buffer } = memory;
  const doubles = (start: number, length: number) => new Float64Array(buffer, start, length);
  return {
    bytes: new Uint8Array(buffer),
    words: new Uint32Array(buffer),
    ints: new Int32Array(buffer),
    thresholds: new Float32Array(buffer, growth.thresholds, 256 * nColumns),
    nBins: new Int32Array(buffer, growth.nBins, nColumns),
    sample: new Float32Array(buffer, growth.sample, nColumns * Math.min(nRows, maxSample)),
    targets: doubles(growth.targets, nRows),
    weights: growth.weights === 0 ? undefined : doubles(growth.weights, nRows),
    scores: Array.from({ length: nOutputs }, (_, output) =>
      doubles(growth.scores + output * nRows * 8, nRows),
    ),
    logSums: growth.logSums === 0 ? new Float64Array() : doubles(growth.logSums, nRows),
    rows: new Int32Array(buffer, growth.rows, nRows),
    rules: doubles(growth.rules, treeRules.length),
    allowed: new Uint8Array(buffer, growth.allowed, 2 * nColumns),
    bounds: doubles(growth.bounds, 4),
    splits: doubles(growth.splits, 2 * nColumns * splitLength),
    leaves: doubles(growth.leaves, 3 * mostLeaves),
    partCounts: doubles(growth.partCounts, mostParts),
  };
}
