import { expect, test } from "bun:test";
import { utimesSync } from "node:fs";
import { join } from "node:path";
import { withoutOwnWrites } from "../../../cli/project/own-writes.ts";
import { tempDir } from "../../support/temp-dir.ts";

/** Trainings of ten seconds, one a minute. */
const training = (n: number) => ({ startedMs: n * 60_000, endedMs: n * 60_000 + 10_000 });

/** Files of one folder, written at a second of the clock that the trainings go by. */
async function files(names: readonly string[]) {
  const dir = tempDir();
  await dir.write(Object.fromEntries(names.map((name) => [name, ""])));
  const path = (name: string) => join(dir.path, name);
  return {
    path,
    writtenAt: (name: string, seconds: number) => utimesSync(path(name), seconds, seconds),
    [Symbol.dispose]: dir[Symbol.dispose],
  };
}

test("withoutOwnWrites() leaves out a file that two trainings in a row have written, and tells it once", async () => {
  using dir = await files(["cache.csv"]);
  const found: string[] = [];
  const foreign = withoutOwnWrites((path) => found.push(path));
  const cache = dir.path("cache.csv");
  dir.writtenAt("cache.csv", 65);
  expect(foreign([cache], training(1))).toEqual([cache]);
  dir.writtenAt("cache.csv", 125);
  expect(foreign([cache, dir.path("train.ts")], training(2))).toEqual([dir.path("train.ts")]);
  dir.writtenAt("cache.csv", 185);
  expect(foreign([cache], training(3))).toEqual([]);
  expect(found).toEqual([cache]);
});

test("withoutOwnWrites() keeps what was written before or after the training", async () => {
  using dir = await files(["rows.csv"]);
  const foreign = withoutOwnWrites(() => expect.unreachable());
  const rows = dir.path("rows.csv");
  for (const [n, seconds] of [
    [1, 59],
    [2, 131],
    [3, 195],
  ] as const) {
    dir.writtenAt("rows.csv", seconds);
    expect(foreign([rows], training(n))).toEqual([rows]);
  }
  expect(foreign([rows])).toEqual([rows]);
});

test("withoutOwnWrites() keeps code and features.yaml, which people save while it trains", async () => {
  using dir = await files(["train.ts", "features.yaml"]);
  const foreign = withoutOwnWrites(() => expect.unreachable());
  const paths = ["train.ts", "features.yaml"].map(dir.path);
  for (const n of [1, 2, 3]) {
    for (const name of ["train.ts", "features.yaml"]) dir.writtenAt(name, n * 60 + 5);
    expect(foreign(paths, training(n))).toEqual(paths);
  }
});

test("withoutOwnWrites() keeps a file that is gone", () => {
  const foreign = withoutOwnWrites(() => expect.unreachable());
  expect(foreign(["/absent/rows.csv"], training(1))).toEqual(["/absent/rows.csv"]);
  expect(foreign(["/absent/rows.csv"], training(2))).toEqual(["/absent/rows.csv"]);
});
