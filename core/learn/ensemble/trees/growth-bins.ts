import type { Matrix } from "../../matrix.ts";
import { type ColumnBins, categoryBins, sampleRows } from "./bins.ts";
import { seenCategories } from "./growth-columns.ts";
import { binnedRows } from "./growth-memory.ts";
import type { GrowthTeam } from "./growth-team.ts";

interface BinProblem {
  readonly matrix: Matrix;
  /** The rows to learn from, ascending; all by default. */
  readonly rows: Int32Array | undefined;
  readonly random: () => number;
  readonly maxBins: number;
  readonly who: string;
}

/**
 * Finds the bins of every column, as `findColumnBins` does, and writes the bin of each value into memory.
 *
 * @throws {MltError} when a category is no whole number from 0 to 254
 */
export function makeGrowthBins(team: GrowthTeam, problem: BinProblem): ColumnBins[] {
  const { matrix, rows, random, maxBins, who } = problem;
  const { nColumns } = team.memory;
  const { thresholds, nBins } = team.views;
  const sample = sampleRows(rows ?? matrix.nRows, random);
  copySample(matrix, sample, team.views.sample);
  team.findThresholds(sample.length, maxBins);
  const bins = Array.from({ length: nColumns }, (_, column): ColumnBins => {
    if (team.columns[column]?.isCategorical) return categoryBins(seenCategories(matrix, rows, column, who));
    const count = nBins[column] ?? 1;
    return { thresholds: thresholds.slice(256 * column, 256 * column + count - 1), nBins: count };
  });
  for (const [column, ofColumn] of bins.entries()) {
    if (ofColumn.categories === undefined) continue;
    thresholds.fill(Number.POSITIVE_INFINITY, 256 * column, 256 * (column + 1));
    thresholds.set(ofColumn.thresholds, 256 * column);
    nBins[column] = ofColumn.nBins;
  }
  binAllRows(team, matrix, rows);
  return bins;
}

/** Column after column. All are read row by row, as they lie in memory. */
function copySample({ data, columns }: Matrix, rows: Int32Array, into: Float32Array): void {
  const width = columns.length;
  for (let index = 0; index < rows.length; index++) {
    const start = (rows[index] ?? 0) * width;
    for (let column = 0, at = index; column < width; column++, at += rows.length) {
      into[at] = data[start + column] ?? Number.NaN;
    }
  }
}

function binAllRows(team: GrowthTeam, matrix: Matrix, rowNumbers: Int32Array | undefined): void {
  const { memory, histograms, nRows, nColumns } = team.memory;
  const atOnce = binnedRows(team.memory);
  // There are no histograms yet.
  const values = new Float32Array(memory.buffer, histograms, atOnce * nColumns);
  for (let start = 0; start < nRows; start += atOnce) {
    const count = Math.min(atOnce, nRows - start);
    if (rowNumbers === undefined) {
      values.set(matrix.data.subarray(start * nColumns, (start + count) * nColumns));
    } else copyRows(matrix, rowNumbers.subarray(start, start + count), values);
    team.binRows(start, count);
  }
}

function copyRows({ data, columns }: Matrix, rows: Int32Array, into: Float32Array): void {
  const width = columns.length;
  for (let index = 0; index < rows.length; index++) {
    const start = (rows[index] ?? 0) * width;
    for (let column = 0; column < width; column++) into[index * width + column] = data[start + column] ?? 0;
  }
}
