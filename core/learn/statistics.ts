/**
 * Mean and standard deviation (ddof 0) of finite values; NaN of none.
 * In two passes, so that a large mean does not swallow the deviations; equal values have exactly their own mean.
 */
export function meanAndStd(values: Float64Array): { readonly mean: number; readonly std: number } {
  const [first = Number.NaN] = values;
  if (values.every((value) => value === first)) return { mean: first, std: Number.isNaN(first) ? first : 0 };
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += values[at] ?? 0;
  const mean = sum / values.length;
  let squares = 0;
  for (let at = 0; at < values.length; at++) squares += ((values[at] ?? 0) - mean) ** 2;
  return { mean, std: Math.sqrt(squares / values.length) };
}

/** The middle value, or the mean of the two middle ones; NaN of none. */
export function median(values: Float64Array): number {
  return quantile(values.toSorted(), 0.5);
}

/** The value that occurs most often, of equals the smallest; `undefined` of none. */
export function mode<Value extends number | string>(values: Iterable<Value>): Value | undefined {
  const counts = new Map<Value, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let best: Value | undefined;
  let most = 0;
  for (const [value, count] of counts) {
    if (count > most || (count === most && best !== undefined && value < best)) {
      best = value;
      most = count;
    }
  }
  return best;
}

/** The value below which a share of the sorted ones lies, between two of them in proportion; NaN of none. */
export function quantile(sorted: Float64Array, share: number): number {
  const place = (sorted.length - 1) * share;
  const low = sorted[Math.floor(place)] ?? Number.NaN;
  const high = sorted[Math.ceil(place)] ?? Number.NaN;
  return low + (high - low) * (place - Math.floor(place));
}
