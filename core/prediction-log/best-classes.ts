/**
 * The most probable classes of one row, best first; of equals the one that comes first in the model.
 *
 * @param scores  n_rows × k probabilities
 * @param start   where the row's k begin
 * @returns       indices of at most `n` classes
 */
export function bestClasses(scores: Float32Array, start: number, k: number, n: number): readonly number[] {
  const row = scores.subarray(start, start + k);
  const order = Array.from(row, (_, index) => index);
  // Array.sort is stable: equals stay in the order of the model.
  order.sort((a, b) => (row[b] ?? 0) - (row[a] ?? 0));
  return order.slice(0, n);
}
