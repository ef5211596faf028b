import { expect, test } from "bun:test";
import { loadFeatures } from "mlt/testing";
import { DataLoader } from "../../source/data/data_loader.ts";

const { features, target } = await loadFeatures();

test("loadData() brings every feature and the target", () => {
  const data = new DataLoader().loadData();
  expect(data.columns).toEqual([...features.map((feature) => feature.name), target]);
});

test("loadData() stops after nRows", () => {
  expect(new DataLoader().loadData({ nRows: 10 }).height).toBe(10);
});

// Example
test("loadData() brings 50 flowers of each species", () => {
  const species = new DataLoader().loadData().getColumn("species").toArray();
  for (const name of ["setosa", "versicolor", "virginica"]) {
    expect(species.filter((value) => value === name)).toHaveLength(50);
  }
});
// End Example
