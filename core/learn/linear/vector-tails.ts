/** The product of two vectors, from an index on. */
export function dotFrom(start: number, a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let index = start; index < a.length; index++) sum += at(a, index) * at(b, index);
  return sum;
}

/** Adds factor × values to the target, from an index on. */
export function addFrom(start: number, target: Float64Array, values: Float64Array, factor: number): void {
  for (let index = start; index < target.length; index++)
    target[index] = at(target, index) + factor * at(values, index);
}

/** A value, 0 beyond the end. */
export function at(values: Float64Array, index: number): number {
  return values[index] ?? 0;
}
