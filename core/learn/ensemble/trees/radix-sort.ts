const radixBits = 11;
const nBuckets = 2 ** radixBits;

/**
 * Sorts float32 numbers in place, none of them NaN: in three passes, where comparing takes log n.
 * `scratch` has room for as many. The bits of a float, its sign bit turned over and all others too if it is negative, order as the float does.
 */
export function radixSort(values: Float32Array, scratch: Uint32Array = new Uint32Array(values.length)): void {
  let keys: Uint32Array = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const own = keys;
  let other: Uint32Array = scratch.subarray(0, values.length);
  for (let index = 0; index < keys.length; index++) {
    const bits = keys[index] ?? 0;
    keys[index] = bits ^ ((bits >> 31) | 0x80000000);
  }
  for (let shift = 0; shift < 32; shift += radixBits) {
    sortByDigit(keys, other, shift);
    [keys, other] = [other, keys];
  }
  // Three passes end in the other array.
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] ?? 0;
    own[index] = key ^ (~(key >> 31) | 0x80000000);
  }
}

function sortByDigit(from: Uint32Array, to: Uint32Array, shift: number): void {
  const starts = new Uint32Array(nBuckets + 1);
  for (let index = 0; index < from.length; index++) {
    const bucket = (((from[index] ?? 0) >>> shift) & (nBuckets - 1)) + 1;
    starts[bucket] = (starts[bucket] ?? 0) + 1;
  }
  for (let bucket = 1; bucket < nBuckets; bucket++) {
    starts[bucket] = (starts[bucket] ?? 0) + (starts[bucket - 1] ?? 0);
  }
  for (let index = 0; index < from.length; index++) {
    const key = from[index] ?? 0;
    const bucket = (key >>> shift) & (nBuckets - 1);
    const place = starts[bucket] ?? 0;
    to[place] = key;
    starts[bucket] = place + 1;
  }
}
