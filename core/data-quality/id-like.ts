import { radixSort } from "../learn/ensemble/trees/radix-sort.ts";
import { readIsoDate } from "../learn/preprocessing/iso-date.ts";
import { type FeatureValues, someValues } from "./feature-values.ts";
import { countValues } from "./value-counts.ts";

const leastRows = 50;
const sampleRows = 5_000;
/** Of the values, differing ones. */
const distinctShare = 0.99;

/**
 * Whether a feature looks like the name of a row: text or whole numbers, of which nearly every row has another. Text must have
 * no space and be no date, of which a model learns parts; numbers must follow each other closely, or be called an id.
 */
export function isIdLike({ feature, values, labels }: FeatureValues): boolean {
  if (feature.type === "boolean" || values.length < leastRows) return false;
  const sample = someValues(values, sampleRows).filter(Number.isFinite);
  if (sample.length < leastRows || new Set(sample).size < distinctShare * sample.length) return false;
  if (labels !== undefined) return areNames(labels, countValues(values).present);
  if (!sample.every(Number.isInteger)) return false;
  const sorted = values.filter(Number.isFinite);
  radixSort(sorted);
  return hasDistinct(sorted) && (isCalledId(feature.name) || isClose(sorted));
}

function areNames(labels: readonly string[], present: number): boolean {
  const sample = labels.slice(0, sampleRows);
  return (
    labels.length >= distinctShare * present &&
    !sample.some((text) => /\s/.test(text)) &&
    !sample.every((text) => readIsoDate(text) !== undefined)
  );
}

function hasDistinct(sorted: Float32Array): boolean {
  let distinct = 0;
  for (let place = 0; place < sorted.length; place++) {
    if (place === 0 || sorted[place] !== sorted[place - 1]) distinct += 1;
  }
  return distinct >= distinctShare * sorted.length;
}

function isClose(sorted: Float32Array): boolean {
  return (sorted.at(-1) ?? 0) - (sorted[0] ?? 0) < 2 * sorted.length;
}

function isCalledId(name: string): boolean {
  return /(?:^|[\W_])id$/i.test(name) || /[a-z]I[dD]$/.test(name);
}
