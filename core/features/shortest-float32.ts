/** The value rounded to the fewest digits that read back as the same float32: 5.1, not 5.099999904632568. */
export function shortestFloat32(value: number): number {
  // Six digits stand further apart than neighbours do, so that a shorter one is among them; subnormal neighbours do not.
  for (let digits = Math.abs(value) < smallestNormal ? 1 : 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}

const smallestNormal = 2 ** -126;
