import { expect, test } from "bun:test";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { addRun, keptRuns, readRuns, runsFolder } from "../../adapters/run-store.ts";
import type { Run } from "../../core/runs/run-record.ts";
import { tempDir } from "../support/temp-dir.ts";

const run = (index: number): Run => ({
  schema_version: 1,
  id: `0000${String(index).padStart(4, "0")}-aaaa`,
  time: new Date(Date.UTC(2026, 0, 1) + index * 1_000).toISOString(),
  outcome: "failed",
  task: "regression",
  target: "y",
  version: "1",
  mlt_version: "1",
  seed: 1,
  settings: {},
  steps: [],
  seconds: 1,
});
const ids = (runs: readonly Run[]) => runs.map(({ id }) => id);

test("readRuns() finds nothing where nothing was trained", async () => {
  using dir = tempDir();
  expect(await readRuns(dir.path)).toEqual({ runs: [], leftOut: [] });
});

test("addRun() keeps every run of trainings that end at the same time, and leaves nothing beside them", async () => {
  using dir = tempDir();
  const same = Array.from({ length: 20 }, (_, index) => ({ ...run(index), time: run(0).time }));
  await Promise.all(same.map((each) => addRun(dir.path, each)));
  const { runs, leftOut } = await readRuns(dir.path);
  expect(ids(runs).toSorted()).toEqual(ids(same));
  expect(leftOut).toEqual([]);
  expect(readdirSync(runsFolder(dir.path))).toHaveLength(20);
});

test("readRuns() gives the newest first, and names a damaged file instead of failing", async () => {
  using dir = tempDir();
  for (const index of [1, 3, 2]) await addRun(dir.path, run(index));
  const damaged = join(runsFolder(dir.path), "20260101T000009000Z-x.json");
  writeFileSync(damaged, '{"schema_version": 1, "id"');
  writeFileSync(join(runsFolder(dir.path), "notes.txt"), "mine");
  expect(await readRuns(dir.path)).toEqual({
    runs: [run(3), run(2), run(1)],
    leftOut: [{ path: damaged, why: "damaged" }],
  });
});

test("readRuns() tells a run of another version of mlt from a damaged one", async () => {
  using dir = tempDir();
  await addRun(dir.path, run(1));
  const later = join(runsFolder(dir.path), "20260101T000009000Z-x.json");
  writeFileSync(later, JSON.stringify({ ...run(2), schema_version: 2 }));
  expect(await readRuns(dir.path)).toEqual({
    runs: [run(1)],
    leftOut: [{ path: later, why: "of another version of mlt" }],
  });
});

test("readRuns() says where the runs cannot be read", async () => {
  using dir = tempDir();
  mkdirSync(join(dir.path, ".mlt"));
  writeFileSync(runsFolder(dir.path), "no folder");
  await expect(readRuns(dir.path)).rejects.toThrow(`Cannot read the runs in "${runsFolder(dir.path)}"`);
});

test("addRun() lets the oldest go when there are more than it keeps", async () => {
  using dir = tempDir();
  mkdirSync(runsFolder(dir.path), { recursive: true });
  for (let index = 0; index < keptRuns; index++) {
    const { id, time } = run(index);
    const name = `${time.replace(/[^\dTZ]/g, "")}-${id}.json`;
    writeFileSync(join(runsFolder(dir.path), name), JSON.stringify(run(index)));
  }
  await addRun(dir.path, run(keptRuns));
  const { runs } = await readRuns(dir.path);
  expect([runs.length, runs[0]?.id, runs.at(-1)?.id]).toEqual([keptRuns, run(keptRuns).id, run(1).id]);
});
