import { describe, expect, test } from "bun:test";
import { MltError } from "../../../../core/errors.ts";
import { seededRandom } from "../../../../core/learn/random.ts";
import { type SplitOptions, trainTestSplit } from "../../../../core/learn/split/train-test-split.ts";

describe("trainTestSplit()", () => {
  const random = seededRandom(1);
  const cases = Array.from({ length: 200 }, (_, seed) => {
    const nRows = 20 + Math.floor(random() * 60);
    const stratify = Array.from({ length: nRows }, () => `c${Math.floor(random() ** 2 * 8)}`);
    return { nRows, testSize: 0.02 + 0.96 * random(), seed, stratify };
  });

  test("divides every row once, each part in ascending order, for any size", () => {
    for (const { stratify, ...plain } of cases) {
      for (const options of [plain, { ...plain, stratify }]) {
        const { train, test: held } = trainTestSplit(options);
        expect(train.length * held.length).toBeGreaterThan(0);
        expect([train, held]).toEqual([train.toSorted(), held.toSorted()]);
        const everyRow = Array.from({ length: plain.nRows }, (_, row) => row);
        expect([...train, ...held].sort((a, b) => a - b)).toEqual(everyRow);
      }
    }
  });

  test("has every class of two or more rows on both sides, and learns from a lone row", () => {
    for (const options of cases) {
      for (const { tested, all } of testedByClass(options)) {
        expect(tested).toBeGreaterThanOrEqual(all === 1 ? 0 : 1);
        expect(tested).toBeLessThanOrEqual(all - 1);
      }
    }
  });

  test("tests on less than a row more or less than a class's share, where every class has rows enough", () => {
    let checked = 0;
    for (const options of cases) {
      const classes = testedByClass(options);
      if (classes.some(({ share, all }) => share < 1 || share > all - 1)) continue;
      for (const { tested, share } of classes) expect(Math.abs(tested - share)).toBeLessThan(1);
      checked++;
    }
    expect(checked).toBeGreaterThan(20);
  });

  test.each([
    [150, 0.2, 30],
    [10, 0.25, 3], // rounded up, as in scikit-learn
    [100, 0.07, 7], // though 100 * 0.07 is 7.000000000000001
    [3, 0.99, 2], // one row is left to learn from
    [2, 0.01, 1],
  ])("of %d rows and testSize %d tests on %d", (nRows, testSize, rows) => {
    expect(trainTestSplit({ nRows, testSize, seed: 42 }).test).toHaveLength(rows);
  });

  test("gives rows left over by rounding to the classes that lose most", () => {
    // 10 rows, 3 to test on. Fair shares a 1.5, b 0.9, c 0.6: a keeps 1, then b and c.
    const stratify = [..."aaaaabbbcc"];
    for (let seed = 0; seed < 20; seed++) {
      const { test: held } = trainTestSplit({ nRows: 10, testSize: 0.3, seed, stratify });
      expect(Array.from(held, (row) => stratify[row])).toEqual(["a", "b", "c"]);
    }
  });

  test("depends on the seed alone, and differs between seeds", () => {
    const split = (seed: number) => [...trainTestSplit({ nRows: 100, testSize: 0.2, seed }).test];
    expect(split(7)).toEqual(split(7));
    expect(split(7)).not.toEqual(split(8));
  });

  test("chooses every row about equally often", () => {
    const counts = new Int32Array(10);
    for (let seed = 0; seed < 1000; seed++) {
      for (const row of trainTestSplit({ nRows: 10, testSize: 0.3, seed }).test)
        counts[row] = (counts[row] ?? 0) + 1;
    }
    // Binomial(1000, 0.3): standard deviation 14.5, so 5 of them.
    for (const count of counts) expect(Math.abs(count - 300)).toBeLessThan(73);
  });

  test("refuses what cannot be split", () => {
    expect(() => trainTestSplit({ nRows: 1, testSize: 0.5, seed: 1 })).toThrow(MltError);
    expect(() => trainTestSplit({ nRows: 0, testSize: 0.5, seed: 1 })).toThrow(MltError);
    const lone = { nRows: 2, testSize: 0.5, seed: 1, stratify: ["a", "b"] };
    expect(() => trainTestSplit(lone)).toThrow("Cannot split 2 rows into a train and a test part");
    expect(() => trainTestSplit({ nRows: 9, testSize: 1, seed: 1 })).toThrow(RangeError);
    expect(() => trainTestSplit({ ...lone, nRows: 9 })).toThrow(RangeError);
  });
});

/** Of each class how many rows are tested on, how many there are, and what its fair share of the test part is. */
function testedByClass(options: SplitOptions & { readonly stratify: readonly string[] }) {
  const { test: held } = trainTestSplit(options);
  return [...new Set(options.stratify)].map((label) => {
    const all = options.stratify.filter((other) => other === label).length;
    const tested = held.filter((row) => options.stratify[row] === label).length;
    return { all, tested, share: (held.length * all) / options.nRows };
  });
}
