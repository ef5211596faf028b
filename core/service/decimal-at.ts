import { shortestFloat32 } from "../features/shortest-float32.ts";

/**
 * The shortest decimal of one of the model's numbers; of most probabilities a few products find it faster than the digits do.
 *
 * @throws {RangeError} when it is not finite
 */
export function decimalAt(values: Float32Array, index: number): number {
  const value = values[index] ?? Number.NaN;
  checkFinite(value, index);
  if (value >= 0.001 && value <= 1) {
    for (const scale of [1e7, 1e8, 1e9, 1e10]) {
      const short = Math.round(value * scale) / scale;
      if (Math.fround(short) === value) return short;
    }
  }
  return shortestFloat32(value);
}

/** @throws {RangeError} when a number of the model's is none that a client could use */
export function checkFinite(value: number, index: number): void {
  if (!Number.isFinite(value))
    throw new RangeError(`The model's output ${index} is ${value}, which is no answer`);
}
