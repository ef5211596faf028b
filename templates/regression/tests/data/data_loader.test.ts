import { expect, test } from "bun:test";
import { loadFeatures } from "mlt/testing";
import { DataLoader } from "../../source/data/data_loader.ts";

const { features, target } = await loadFeatures();

test("loadData() brings every feature and the target", async () => {
  const data = await new DataLoader().loadData();
  const needed = [...features.map((feature) => feature.name), target];
  expect(data.columns).toEqual(expect.arrayContaining(needed));
});

test("loadData() stops after nRows", async () => {
  const data = await new DataLoader().loadData({ nRows: 10 });
  expect(data.height).toBe(10);
});

test("loadData() brings no row without its target", async () => {
  const data = await new DataLoader().loadData();
  expect(data.getColumn(target).toArray()).not.toContain(null);
});

// Example
test("loadData() keeps the penguins of unknown sex, as null", async () => {
  const data = await new DataLoader().loadData();
  expect(data.height).toBe(342);
  expect(
    data
      .getColumn("sex")
      .toArray()
      .filter((sex) => sex === null),
  ).toHaveLength(9);
});
// End Example
