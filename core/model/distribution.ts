import { radixSort } from "../learn/ensemble/trees/radix-sort.ts";
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
  const sorted = finiteOf(values);
  radixSort(sorted);
  const missing = values.length - sorted.length;
  const first = sorted.at(0);
  const last = sorted.at(-1);
  if (first === undefined || last === undefined) return { kind: "number", edges: [], counts: [], missing };
  const cuts = binCuts(sorted);
  return {
    kind: "number",
    edges: [first, ...cuts.map((cut) => ((sorted[cut - 1] ?? 0) + (sorted[cut] ?? 0)) / 2), last],
    counts: [...cuts, sorted.length].map((cut, bin) => cut - (cuts[bin - 1] ?? 0)),
    missing,
  };
}

function finiteOf(values: Float32Array): Float32Array {
  const finite = new Float32Array(values.length);
  let count = 0;
  for (let row = 0; row < values.length; row++) {
    const value = values[row] ?? Number.NaN;
    if (Number.isFinite(value)) finite[count++] = value;
  }
  return finite.slice(0, count);
}

/** The places in ascending values where another bin begins: at each new value, where there are few of them. */
function binCuts(sorted: Float32Array): readonly number[] {
  const cuts: number[] = [];
  for (let place = 1; place < sorted.length; place++) {
    if (sorted[place] === sorted[place - 1]) continue;
    if (cuts.length === maxBins - 1) return equalShares(sorted);
    cuts.push(place);
  }
  return cuts;
}

/** Cuts between values where a bin comes nearest to its share of what is left, so that a frequent value stands alone. */
function equalShares(sorted: Float32Array): readonly number[] {
  const cuts: number[] = [];
  let start = 0;
  let runStart = 0;
  for (let place = 1; place <= sorted.length && cuts.length < maxBins - 1; place++) {
    if (place < sorted.length && sorted[place] === sorted[place - 1]) continue;
    const share = (sorted.length - start) / (maxBins - cuts.length);
    const lacks = share - (runStart - start);
    const exceeds = place - start - share;
    if (runStart > start && exceeds > lacks) {
      cuts.push(runStart);
      start = runStart;
    }
    runStart = place;
  }
  return cuts;
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
