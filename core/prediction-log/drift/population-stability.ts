/** A share below this counts as this: without it, a bin that is empty on one side would make the sum infinite. */
const leastShare = 0.005;

/** From here on a distribution has moved. */
export const movedFrom = 0.1;
/** From here on it has moved a lot. */
export const movedALotFrom = 0.25;

/**
 * How far apart two distributions over the same bins are: Σ (a − e) · ln(a / e) over the shares, 0 where they are the same. A share
 * of less than half a percent is taken as half a percent, so that bins which are all but empty on both sides say nothing, and one
 * that was empty in the training says as much after a large training as after a small one.
 *
 * @param expected  rows of each bin, at least one in all
 * @param actual    rows of each bin, at least one in all
 * @see Siddiqi, Credit Risk Scorecards, Wiley 2006: the index, and its limits of 0.1 and 0.25
 */
export function populationStability(expected: ArrayLike<number>, actual: ArrayLike<number>): number {
  if (expected.length !== actual.length) throw new RangeError("The distributions have other bins");
  const expectedTotal = totalOf(expected);
  const actualTotal = totalOf(actual);
  if (!(expectedTotal > 0 && actualTotal > 0)) throw new RangeError("A distribution has no rows");
  let sum = 0;
  for (let bin = 0; bin < expected.length; bin++) {
    const e = Math.max(leastShare, (expected[bin] ?? 0) / expectedTotal);
    const a = Math.max(leastShare, (actual[bin] ?? 0) / actualTotal);
    sum += (a - e) * Math.log(a / e);
  }
  return sum;
}

/** How many rows a distribution has. */
export function totalOf(counts: ArrayLike<number>): number {
  let total = 0;
  for (let bin = 0; bin < counts.length; bin++) total += counts[bin] ?? 0;
  return total;
}
