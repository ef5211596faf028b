/** Which rows to learn from and which to test on; no row twice, each part in ascending order. */
export interface Split {
  readonly train: Int32Array;
  readonly test: Int32Array;
}

/** @param isTest  1 for each of n_rows that is tested on, 0 for the others */
export function splitWhere(isTest: Uint8Array): Split {
  const tested = isTest.reduce((sum, flag) => sum + flag, 0);
  const train = new Int32Array(isTest.length - tested);
  const test = new Int32Array(tested);
  let [nTrain, nTest] = [0, 0];
  for (let row = 0; row < isTest.length; row++) {
    if (isTest[row] === 1) test[nTest++] = row;
    else train[nTrain++] = row;
  }
  return { train, test };
}

/**
 * How many of n_rows to test on, rounded up, so that at least one is left to learn from.
 *
 * @param testSize  their share
 * @throws {RangeError} when it is not between 0 and 1
 */
export function testRowsOf(nRows: number, testSize: number): number {
  if (!(testSize > 0 && testSize < 1))
    throw new RangeError(`testSize must lie between 0 and 1, not ${testSize}`);
  // Rounded first: 0.07 * 100 is a little more than 7.
  return Math.min(nRows - 1, Math.ceil(Number((nRows * testSize).toPrecision(12))));
}
