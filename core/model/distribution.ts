import type { Distribution } from "./model-card.ts";
import type { Predictions } from "./predictions.ts";

/** Stands in `counts` for all categories beyond the cap; never a category itself, since "" is a missing value. */
export const otherCategories = "";

const maxBins = 10;
const maxCategories = 50;

/**
 * How one column of `Columns` is spread; not finite numbers and empty texts count as missing.
 * Numbers: up to ten bins of about equally many values, each distinct value its own where there are few; the
 * first and last edges are the least and the greatest value, the inner ones lie midway between neighbours.
 * Text: rows of each of the 50 most frequent categories, the rest under `otherCategories`.
 */
export function describeColumn(values: Float32Array | readonly string[]): Distribution {
  return values instanceof Float32Array ? describeNumbers(values) : describeTexts(values, maxCategories);
}

/** How predictions are spread: numbers as in `describeColumn`, classes each by its own count. */
export function describePredictions(predictions: Predictions): Distribution {
  return predictions.task === "classification"
    ? describeTexts(predictions.labels, Number.POSITIVE_INFINITY)
    : describeNumbers(predictions.values);
}

/**
 * The bin of `counts` that a value belongs to: `edges[bin] <= value < edges[bin + 1]`, the last bin with its
 * upper edge. Below the first edge it is -1, above the last one the number of bins.
 */
export function binOf(edges: readonly number[], value: number): number {
  const bins = edges.length - 1;
  if (value === edges[bins]) return bins - 1;
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((edges[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function describeNumbers(values: Float32Array): Distribution {
  const sorted = values.filter(Number.isFinite).sort();
  const missing = values.length - sorted.length;
  const distinct = countDistinct(sorted);
  const first = distinct.at(0);
  const last = distinct.at(-1);
  if (!first || !last) return { kind: "number", edges: [], counts: [], missing };
  const bins =
    distinct.length <= maxBins ? distinct.map((run) => [run]) : equalShares(distinct, sorted.length);
  const inner = bins.slice(1).map((bin, index) => {
    const below = bins[index]?.at(-1)?.value ?? 0;
    return (below + (bin.at(0)?.value ?? 0)) / 2;
  });
  return {
    kind: "number",
    edges: [first.value, ...inner, last.value],
    counts: bins.map(total),
    missing,
  };
}

interface Run {
  readonly value: number;
  readonly count: number;
}

function total(runs: readonly Run[]): number {
  return runs.reduce((sum, { count }) => sum + count, 0);
}

function countDistinct(sorted: Float32Array): Run[] {
  const runs: { value: number; count: number }[] = [];
  for (const value of sorted) {
    const run = runs.at(-1);
    if (run?.value === value) run.count += 1;
    else runs.push({ value, count: 1 });
  }
  return runs;
}

/** Cuts the runs where a bin comes nearest to its share of what is left, so that a frequent value stands alone. */
function equalShares(runs: readonly Run[], rows: number): Run[][] {
  const bins: Run[][] = [];
  let bin: Run[] = [];
  let filled = 0;
  let left = rows;
  for (const run of runs) {
    const share = left / (maxBins - bins.length);
    const lacks = share - filled;
    const exceeds = filled + run.count - share;
    if (bin.length > 0 && exceeds > lacks && bins.length < maxBins - 1) {
      bins.push(bin);
      left -= filled;
      bin = [];
      filled = 0;
    }
    bin.push(run);
    filled += run.count;
  }
  bins.push(bin);
  return bins;
}

function describeTexts(values: readonly string[], cap: number): Distribution {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const missing = counts.get("") ?? 0;
  counts.delete("");
  const ranked = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  const rest = ranked.slice(cap).reduce((sum, [, count]) => sum + count, 0);
  const kept = ranked.slice(0, cap);
  return {
    kind: "category",
    counts: Object.fromEntries(rest > 0 ? [...kept, [otherCategories, rest]] : kept),
    missing,
  };
}
