import { otherCategories } from "../../model/distribution.ts";
import type { Distribution } from "../../model/model-card.ts";

/** The values of one column. */
export type ColumnValues = Float32Array | readonly string[];

/** What a column is cut into, so that what comes later can be compared with the training. */
export interface ColumnBins {
  /** A name for people of each bin; the last one is of missing values. */
  readonly labels: readonly string[];
  /** Rows of the training in each bin. */
  readonly expected: readonly number[];
  /** Adds every `step`-th of the values to the counts of its bins; counts begin at `into[0]`. */
  count(values: ColumnValues, into: Float64Array, step?: number): void;
}

export interface BinsOptions {
  /** Whether 0 and 1 stand for false and true. */
  readonly isBoolean?: boolean;
}

/** Rows of a bin, on average, with which an index of 0.1 is more than chance makes; as many in the training as of what is compared. */
export const rowsOfBin = 40;
const fewestBins = 5;

/**
 * The bins of a column. Numbers: those of the training, the outermost open to their side, as is usual for the index; a column that was
 * constant has one bin for its value and one for all others. Categories: each has its own, and what the training
 * had not seen shares one with its rarest. Missing values have one of their own.
 *
 * Small trainings get fewer bins, about one for 40 rows, but five at least. Two samples of N and M rows of one and the same
 * distribution over B bins have an index of (B − 1)(1/N + 1/M) on average, so that more bins would find drift where chance is.
 *
 * @see Yurdakul, Statistical Properties of Population Stability Index, Western Michigan University 2018
 */
export function columnBins(distribution: Distribution, { isBoolean = false }: BinsOptions = {}): ColumnBins {
  if (distribution.kind === "category") return categoryBins(distribution);
  const { edges, counts, missing } = distribution;
  const [first] = edges;
  if (first !== undefined && counts.length === 1 && first === edges[1]) {
    const label = isBoolean ? String(first === 1) : edgeText(first);
    return constantBins({ label, value: first }, counts[0] ?? 0, missing);
  }
  const merged = mergeBins(edges.slice(1, -1), counts.length === 0 ? [0] : counts);
  const labels = isBoolean && merged.counts.length === 2 ? ["false", "true"] : intervalLabels(merged.inner);
  const inner = Float64Array.from(merged.inner);
  return {
    labels: [...labels, "missing"],
    expected: [...merged.counts, missing],
    count: (values, into, step = 1) => countNumbers(numbers(values), inner, into, step),
  };
}

function mostBins(rows: number): number {
  return Math.max(fewestBins, Math.floor(rows / rowsOfBin));
}

function constantBins(
  constant: { readonly label: string; readonly value: number },
  count: number,
  missing: number,
): ColumnBins {
  return {
    labels: [constant.label, "other", "missing"],
    expected: [count, 0, missing],
    count: (values, into, step = 1) => {
      const column = numbers(values);
      for (let row = 0; row < column.length; row += step) {
        const value = column[row] ?? Number.NaN;
        const bin = Number.isNaN(value) ? 2 : value === constant.value ? 0 : 1;
        into[bin] = (into[bin] ?? 0) + 1;
      }
    },
  };
}

/** Joins the two neighbours that have the fewest rows together, the first of equals, while there are too many. */
function mergeBins(edges: readonly number[], rows: readonly number[]) {
  const inner = [...edges];
  const counts = [...rows];
  const most = mostBins(rows.reduce((sum, count) => sum + count, 0));
  while (counts.length > most) {
    const together = inner.map((_, index) => (counts[index] ?? 0) + (counts[index + 1] ?? 0));
    const least = together.indexOf(Math.min(...together));
    counts.splice(least, 2, together[least] ?? 0);
    inner.splice(least, 1);
  }
  return { inner, counts };
}

function intervalLabels(inner: readonly number[]): string[] {
  const first = inner.at(0);
  const last = inner.at(-1);
  if (first === undefined || last === undefined) return ["any number"];
  const between = inner.slice(1).map((to, index) => `${edgeText(inner[index] ?? 0)} to ${edgeText(to)}`);
  return [`below ${edgeText(first)}`, ...between, `${edgeText(last)} and above`];
}

/** An edge lies midway between two values of float32: most of its digits say nothing. */
function edgeText(edge: number): string {
  return String(Number(edge.toPrecision(5)));
}

/** There are a few edges: to compare with them all takes no longer than to search. */
function countNumbers(values: Float32Array, inner: Float64Array, into: Float64Array, step: number): void {
  const edges = inner.length;
  for (let row = 0; row < values.length; row += step) {
    const value = values[row] ?? Number.NaN;
    let bin = 0;
    if (Number.isNaN(value)) bin = edges + 1;
    else while (bin < edges && value >= (inner[bin] ?? 0)) bin++;
    into[bin] = (into[bin] ?? 0) + 1;
  }
}

function categoryBins({ counts, missing }: Extract<Distribution, { kind: "category" }>): ColumnBins {
  const ranked = Object.entries(counts).filter(([category]) => category !== otherCategories);
  // Sorting keeps the order of equals, which is that of the training.
  ranked.sort(([, a], [, b]) => b - a);
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const own = ranked.slice(0, mostBins(all));
  const other = all - own.reduce((sum, [, count]) => sum + count, 0);
  const bins = new Map([...own.map(([category], bin) => [category, bin] as const), ["", own.length + 1]]);
  return {
    labels: [...own.map(([category]) => category), "other", "missing"],
    expected: [...own.map(([, count]) => count), other, missing],
    count: (values, into, step = 1) => {
      if (values instanceof Float32Array) throw new RangeError("A column of text has numbers");
      for (let row = 0; row < values.length; row += step) {
        const bin = bins.get(values[row] ?? "") ?? own.length;
        into[bin] = (into[bin] ?? 0) + 1;
      }
    },
  };
}

function numbers(values: ColumnValues): Float32Array {
  if (values instanceof Float32Array) return values;
  throw new RangeError("A column of numbers has text");
}
