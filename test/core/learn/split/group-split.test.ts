import { describe, expect, test } from "bun:test";
import { seededRandom } from "../../../../core/learn/random.ts";
import { groupSplit } from "../../../../core/learn/split/group-split.ts";

/** Group g has as many rows as `sizes` says, all of a class if one is given. */
function rowsOf(sizes: readonly number[], classOf: (group: number) => number = () => 0) {
  const groups = Int32Array.from(sizes.flatMap((size, group) => Array.from({ length: size }, () => group)));
  return { groups, classes: groups.map(classOf) };
}

describe("groupSplit()", () => {
  test("never has a group on both sides, nor an empty side, for any sizes", () => {
    const random = seededRandom(3);
    for (let seed = 0; seed < 200; seed++) {
      const sizes = Array.from(
        { length: 2 + Math.floor(random() * 9) },
        () => 1 + Math.floor(random() ** 3 * 50),
      );
      const { groups } = rowsOf(sizes);
      const { train, test: held } = groupSplit({ groups, testSize: 0.02 + 0.96 * random(), seed });
      const sides = [train, held].map((rows) => new Set(Array.from(rows, (row) => groups[row])));
      expect(sides[0]?.isDisjointFrom(sides[1] ?? new Set())).toBeTrue();
      expect(train.length * held.length).toBeGreaterThan(0);
      expect(train.length + held.length).toBe(groups.length);
    }
  });

  test("holds out the rows that it was asked for, where the groups allow it", () => {
    const { groups } = rowsOf(Array.from({ length: 30 }, () => 4));
    expect(groupSplit({ groups, testSize: 0.2, seed: 1 }).test).toHaveLength(24);
  });

  test("holds out the smallest group where each is far larger than the share", () => {
    const { groups } = rowsOf([50, 30, 40]);
    expect([...groupSplit({ groups, testSize: 0.05, seed: 1 }).test]).toEqual(
      Array.from({ length: 30 }, (_, row) => 50 + row),
    );
  });

  test("has each class on both sides, where whole groups are of one class", () => {
    // 8 groups of one class and 4 of the other: a third of the rows is held out, so 4 groups; 2.7 and 1.3 are the shares.
    const { groups, classes } = rowsOf(
      Array.from({ length: 12 }, () => 5),
      (group) => (group < 8 ? 0 : 1),
    );
    for (let seed = 0; seed < 20; seed++) {
      const held = groupSplit({ groups, classes, testSize: 1 / 3, seed }).test;
      expect(held).toHaveLength(20);
      expect(Array.from(held, (row) => classes[row]).filter((code) => code === 1)).toHaveLength(5);
    }
  });

  test("depends on the seed alone, and differs between seeds", () => {
    const { groups } = rowsOf(Array.from({ length: 30 }, () => 2));
    const of = (seed: number) => [...groupSplit({ groups, testSize: 0.2, seed }).test];
    expect(of(1)).toEqual(of(1));
    expect(of(1)).not.toEqual(of(2));
  });

  test("rejects a single group, and lengths that differ", () => {
    expect(() => groupSplit({ groups: new Int32Array(5), testSize: 0.2, seed: 1 })).toThrow(RangeError);
    const groups = Int32Array.of(0, 1);
    expect(() => groupSplit({ groups, classes: Int32Array.of(0), testSize: 0.5, seed: 1 })).toThrow(
      RangeError,
    );
  });
});
