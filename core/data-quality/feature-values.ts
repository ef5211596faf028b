import type { Columns } from "../features/columns.ts";
import type { Feature } from "../features/feature-spec.ts";

/** A feature as numbers, so that text and numbers are looked at in one way. */
export interface FeatureValues {
  readonly feature: Feature;
  /** Of n_rows; text as the place of its label; a missing value is NaN. */
  readonly values: Float32Array;
  /** The distinct texts, in the order in which they come; absent where the values are numbers. */
  readonly labels?: readonly string[];
}

/** The features that the columns hold, in the order of features.yaml. */
export function featureValues(columns: Columns, features: readonly Feature[]): readonly FeatureValues[] {
  return features.map((feature) => {
    const values = columns.values.get(feature.name) ?? new Float32Array(columns.nRows).fill(Number.NaN);
    return values instanceof Float32Array ? { feature, values } : { feature, ...numbered(values) };
  });
}

function numbered(texts: readonly string[]) {
  const places = new Map<string, number>();
  const values = new Float32Array(texts.length);
  for (const [row, text] of texts.entries()) {
    let place = text === "" ? Number.NaN : places.get(text);
    if (place === undefined) {
      place = places.size;
      places.set(text, place);
    }
    values[row] = place;
  }
  return { values, labels: [...places.keys()] };
}

/** At most so many of the rows, evenly chosen. */
export function someRows(rows: Int32Array, most: number): Int32Array {
  return evenly(rows.length, most).map((place) => rows[place] ?? 0);
}

/** At most so many of the values, evenly chosen. */
export function someValues(values: Float32Array, most: number): Float32Array {
  return Float32Array.from(evenly(values.length, most), (row) => values[row] ?? Number.NaN);
}

function evenly(count: number, most: number): Int32Array {
  const kept = Math.min(count, most);
  return Int32Array.from({ length: kept }, (_, index) => Math.floor((index * count) / kept));
}
