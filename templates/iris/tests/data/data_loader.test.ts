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

// Example
test("loadData() brings 50 flowers of each species", async () => {
  const data = await new DataLoader().loadData();
  const species = data.getColumn("species").toArray();
  for (const name of ["setosa", "versicolor", "virginica"]) {
    expect(species.filter((value) => value === name)).toHaveLength(50);
  }
});
// End Example
