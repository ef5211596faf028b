/**
 * The candidate that a misspelled name most probably meant, or `undefined` when nothing is close.
 *
 * Case does not count; of equally near candidates the first is taken.
 */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = name.toLowerCase();
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const longest = Math.max(name.length, candidate.length);
    const limit = Math.min(Math.max(1, Math.floor(longest / 3)), longest - 1);
    // The difference in length is a lower bound: it spares the table for hopeless and for huge names.
    if (Math.abs(name.length - candidate.length) > limit) continue;
    const distance = editDistance(wanted, candidate.toLowerCase());
    if (distance <= limit && distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/**
 * Insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b`.
 *
 * @see Damerau, "A technique for computer detection and correction of spelling errors", CACM 7(3), 1964;
 * the restricted form, which never edits a swapped pair again
 */
function editDistance(a: string, b: string): number {
  const width = b.length + 1;
  const costs = new Uint32Array((a.length + 1) * width);
  const cost = (row: number, column: number) => costs[row * width + column] ?? 0;
  for (let row = 0; row <= a.length; row++) {
    for (let column = 0; column <= b.length; column++) {
      costs[row * width + column] = row === 0 || column === 0 ? row + column : cheapest(row, column);
    }
  }
  return cost(a.length, b.length);

  function cheapest(row: number, column: number): number {
    const same = a[row - 1] === b[column - 1];
    const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
    return Math.min(
      cost(row - 1, column) + 1,
      cost(row, column - 1) + 1,
      cost(row - 1, column - 1) + (same ? 0 : 1),
      swapped ? cost(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY,
    );
  }
}
