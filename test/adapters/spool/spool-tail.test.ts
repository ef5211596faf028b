import { expect, test } from "bun:test";
import type { SegmentPosition } from "../../../adapters/spool/cursor-file.ts";
import { openSpoolReader } from "../../../adapters/spool/spool-reader.ts";
import { spoolRecords } from "../../../adapters/spool/spool-records.ts";
import { spoolTail } from "../../../adapters/spool/spool-tail.ts";
import { spoolLog } from "../../support/spool-log.ts";
import { tempDir } from "../../support/temp-dir.ts";

const start = Date.UTC(2026, 10, 24, 12);
const onDamage = (text: string) => {
  throw new Error(text);
};

test("spoolTail() finds the last of what several processes have written, and where to go on", async () => {
  using dir = tempDir();
  using one = spoolLog(dir.path);
  using other = spoolLog(dir.path);
  const rows = Array.from({ length: 100 }, (_, row) => ({ id: row, className: "setosa" }));
  // Several parts of a segment each.
  for (let index = 0; index < 200; index++) {
    await (index % 3 === 0 ? one : other).predict(start + index, `r-${index}`, rows);
  }
  other.close();
  const reached = new Map<string, SegmentPosition>();
  const tail = (count: number, id?: number) =>
    spoolTail({
      dir: dir.path,
      span: {},
      onDamage,
      reached,
      count,
      wants: ({ fields }) => id === undefined || fields["ID"] === id,
    });
  const all = (await Array.fromAsync(spoolRecords({ dir: dir.path, span: {}, onDamage }))).map(
    ({ key }) => key,
  );
  expect(all).toHaveLength(20_000);
  for (const count of [1, 20, 250, 5_000, 20_000, 30_000]) {
    expect((await tail(count)).map(({ key }) => key)).toEqual(all.slice(-count));
  }
  expect((await tail(3, 7)).map(({ key }) => key)).toEqual(["r-197:7", "r-198:7", "r-199:7"]);
  expect((await tail(1_000, 7)).map(({ key }) => key)).toEqual(all.filter((key) => key.endsWith(":7")));
  expect(await tail(3, 100)).toEqual([]);

  const reader = openSpoolReader({ dir: dir.path, from: reached, onDamage });
  expect((await reader.next(1_000_000)).records).toEqual([]);
  await one.predict(start + 200, "new", [{ className: "setosa" }]);
  expect((await reader.next(1_000_000)).records.map(({ key }) => key)).toEqual(["new:0"]);
});

test("spoolTail() goes on behind what its span leaves out", async () => {
  using dir = tempDir();
  using log = spoolLog(dir.path);
  await log.predict(start, "old", [{ className: "setosa" }]);
  const reached = new Map<string, SegmentPosition>();
  const span = { untilMs: start - 7_200_000 };
  expect(await spoolTail({ dir: dir.path, span, onDamage, reached, count: 1, wants: () => true })).toEqual(
    [],
  );
  const reader = openSpoolReader({ dir: dir.path, from: reached, onDamage });
  await log.predict(start + 1, "new", [{ className: "setosa" }]);
  expect((await reader.next(1_000_000)).records.map(({ key }) => key)).toEqual(["new:0"]);
});
