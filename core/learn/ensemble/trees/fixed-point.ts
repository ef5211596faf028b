/** How gradients and hessians become integers that add up exactly, in any order, and without overflowing. */
export interface FixedPoint {
  /** The lowest bit of the count in the 64 that hold a sum of hessians too. */
  readonly countShift: number;
  /** What a gradient is multiplied by. */
  readonly gradientScale: number;
  readonly hessianScale: number;
}

/**
 * The finest scales with which the sum over n rows stays below 2^53, so that doubles hold it too, and the sum of hessians
 * below the count. A row's own number has up to 30 bits: more than float32 has, up to two million rows.
 *
 * @param most  the largest of the rows' gradients, by size, and hessians
 */
export function fixedPoint(
  nRows: number,
  most: { readonly gradient: number; readonly hessian: number },
): FixedPoint {
  const rowBits = Math.ceil(Math.log2(nRows + 1));
  const countShift = 64 - Math.max(rowBits, 4);
  return {
    countShift,
    gradientScale: scale(Math.min(30, 52 - rowBits), most.gradient),
    hessianScale: scale(Math.min(30, 52 - rowBits, countShift - rowBits), most.hessian),
  };
}

/** A power of two, so that nothing is rounded twice. */
function scale(bits: number, most: number): number {
  return most > 0 ? 2 ** (bits - Math.ceil(Math.log2(most))) : 1;
}
