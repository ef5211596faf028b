import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findChart } from "../../../adapters/helm/chart-files.ts";
import { onlyCache } from "../../support/only-cache.ts";
import { tempDir } from "../../support/temp-dir.ts";

const cache = tempDir();
let only: Disposable;
beforeAll(() => {
  only = onlyCache(cache.path);
});
afterAll(() => {
  only[Symbol.dispose]();
  cache[Symbol.dispose]();
});

const ownChart = join(import.meta.dir, "../../../ops/chart");

test("findChart() finds mlt's own in a folder of the cache, as it is in the repository", async () => {
  using project = tempDir();
  const { folder, isOwn } = await findChart(project.path);
  expect(isOwn).toBe(false);
  expect(folder).toStartWith(cache.path);
  for (const file of [
    "Chart.yaml",
    "values.schema.json",
    "templates/tests/golden.yaml",
    "dashboards/mlt.json",
  ])
    expect(readFileSync(join(folder, file), "utf8")).toBe(readFileSync(join(ownChart, file), "utf8"));
});

test("findChart() mends a chart of the cache that was changed", async () => {
  using project = tempDir();
  const { folder } = await findChart(project.path);
  writeFileSync(join(folder, "templates/service.yaml"), "kind: Nonsense\n");
  const again = await findChart(project.path);
  expect(again.folder).toBe(folder);
  const text = readFileSync(join(folder, "templates/service.yaml"), "utf8");
  expect(text).toBe(readFileSync(join(ownChart, "templates/service.yaml"), "utf8"));
});

test("findChart() takes the project's own chart, but no other folder of that name", async () => {
  using project = tempDir();
  await project.write({ "chart/pie.svg": "<svg/>" });
  expect((await findChart(project.path)).isOwn).toBe(false);
  await project.write({ "chart/Chart.yaml": "name: mine\n" });
  expect(await findChart(project.path)).toEqual({ folder: join(project.path, "chart"), isOwn: true });
  expect(existsSync(join(project.path, "chart/templates"))).toBe(false);
});
