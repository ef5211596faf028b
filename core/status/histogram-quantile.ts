import type { Sample } from "./parse-metrics.ts";

/**
 * The value that a share of the observations does not exceed, as near as buckets tell it: they are taken to be spread evenly between
 * the bounds of theirs. Of what lies above the last bound, that bound; NaN without observations.
 *
 * @param buckets  one histogram's `_bucket` samples, ascending
 * @param share    0.99 for the 99th percentile
 * @see Prometheus, `histogram_quantile`
 */
export function histogramQuantile(buckets: readonly Sample[], share: number): number {
  const total = buckets.at(-1)?.value ?? 0;
  if (total === 0) return Number.NaN;
  const rank = share * total;
  const at = buckets.findIndex(({ value }) => value >= rank);
  const low = at === 0 ? 0 : boundOf(buckets[at - 1]);
  const high = boundOf(buckets[at]);
  if (high === Number.POSITIVE_INFINITY) return low;
  const below = at === 0 ? 0 : (buckets[at - 1]?.value ?? 0);
  const inside = (buckets[at]?.value ?? 0) - below;
  return low + (high - low) * (inside === 0 ? 1 : (rank - below) / inside);
}

function boundOf(bucket: Sample | undefined): number {
  const bound = bucket?.labels.get("le") ?? "+Inf";
  return bound === "+Inf" ? Number.POSITIVE_INFINITY : Number(bound);
}
