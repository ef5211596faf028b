import { expect, test } from "bun:test";
import type { Columns } from "../../../../core/features/columns.ts";
import { permutationImportance } from "../../../../core/learn/metrics/permutation-importance.ts";
import { seededRandom } from "../../../../core/learn/random.ts";

const n = 400;
const columns: Columns = {
  nRows: n,
  values: new Map<string, Float32Array | readonly string[]>([
    ["noise", Float32Array.from({ length: n }, (_, row) => (row * 13) % 7)],
    ["side", Array.from({ length: n }, (_, row) => (row % 2 === 0 ? "left" : "right"))],
  ]),
};

/** A model that answers by `side` alone, and is always right on the rows as they are. */
function accuracy(shown: Columns, rows: Int32Array): Promise<number> {
  const side = shown.values.get("side") ?? [];
  const right = rows.filter((row, index) => side[index] === (row % 2 === 0 ? "left" : "right")).length;
  return Promise.resolve(right / rows.length);
}

const options = { columns, score: accuracy, repeats: 5, maxRows: 10_000 };

test("permutationImportance() ranks the feature that the model reads before one that it does not", async () => {
  // Shuffled, two balanced values meet their own row half of the time: accuracy falls from 1 to about 1/2.
  const [first, second] = await permutationImportance({ ...options, random: seededRandom(3) });
  expect(first?.feature).toBe("side");
  expect(first?.mean).toBeCloseTo(0.5, 1);
  expect(first?.std).toBeGreaterThan(0);
  expect(second).toEqual({ feature: "noise", mean: 0, std: 0 });
});

test("permutationImportance() scores no more rows than asked, and leaves the columns as they were", async () => {
  const before = structuredClone(columns);
  const seen = new Set<number>();
  await permutationImportance({
    ...options,
    maxRows: 50,
    random: seededRandom(3),
    score: (shown, rows) => {
      expect(shown.nRows).toBe(50);
      for (const row of rows) seen.add(row);
      return accuracy(shown, rows);
    },
  });
  expect(seen.size).toBe(50);
  expect(columns).toEqual(before);
});

test("permutationImportance() chooses as many rows of each class as there are, up to an equal share", async () => {
  // 6 of 400 rows are of the rare class; of 50 rows the others are 44.
  const classes = Array.from({ length: n }, (_, row) => (row % 70 === 3 ? "rare" : "usual"));
  const seen = new Set<number>();
  await permutationImportance({
    ...options,
    maxRows: 50,
    classes,
    random: seededRandom(3),
    score: (shown, rows) => {
      for (const row of rows) seen.add(row);
      return accuracy(shown, rows);
    },
  });
  expect(seen.size).toBe(50);
  expect([...seen].filter((row) => classes[row] === "rare").length).toBe(6);
});

test("permutationImportance() is the same for the same seed", async () => {
  const draw = () => permutationImportance({ ...options, random: seededRandom(9) });
  expect(await draw()).toEqual(await draw());
});
