import { expect, test } from "bun:test";
import { readdirSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mayHold, segmentTimes, type TimeSpan } from "../../../adapters/spool/segment-times.ts";
import { spoolRecords } from "../../../adapters/spool/spool-records.ts";
import { spoolLog } from "../../support/spool-log.ts";
import { tempDir } from "../../support/temp-dir.ts";

const start = Date.UTC(2026, 10, 24, 12);
const minute = 60_000;
const setosa = [{ className: "setosa" }];

async function keysIn(dir: string, span: TimeSpan = {}): Promise<string[]> {
  const onDamage = (text: string) => {
    throw new Error(text);
  };
  const records = spoolRecords({ dir, span, onDamage });
  return (await Array.fromAsync(records)).map(({ key }) => key);
}

test("spoolRecords() merges what several processes write at once by time", async () => {
  using dir = tempDir();
  using one = spoolLog(dir.path);
  using other = spoolLog(dir.path);
  await one.predict(start, "a", setosa);
  await other.predict(start + 1, "b", [...setosa, ...setosa]);
  await one.predict(start + 2, "c", setosa);
  await other.predict(start + 3, "d", setosa);
  other.close();
  await one.predict(start + 4, "e", setosa);
  expect(await keysIn(dir.path)).toEqual(["a:0", "b:0", "b:1", "c:0", "d:0", "e:0"]);
});

test("spoolRecords() keeps the order of segments that follow one another", async () => {
  using dir = tempDir();
  // Segments end after an hour.
  using log = spoolLog(dir.path);
  for (let index = 0; index < 5; index++) await log.predict(start + index * 61 * minute, `r${index}`, setosa);
  expect(readdirSync(dir.path)).toHaveLength(5);
  expect(await keysIn(dir.path)).toEqual(["r0:0", "r1:0", "r2:0", "r3:0", "r4:0"]);
});

test("mayHold() leaves out what ended before, or begins after, and keeps what the clock may have moved", async () => {
  using dir = tempDir();
  using log = spoolLog(dir.path);
  for (let index = 0; index < 4; index++) {
    await log.predict(start + index * 180 * minute, `r${index}`, setosa);
  }
  log.close();
  // As if each had been written to for half an hour.
  const names = readdirSync(dir.path).sort();
  for (const name of names) {
    const end = (Number(name.slice(0, 13)) + 30 * minute) / 1000;
    utimesSync(join(dir.path, name), end, end);
  }
  const found = async (span: TimeSpan) => {
    const segments = await segmentTimes(dir.path);
    return segments.filter((times) => mayHold(times, span)).map(({ name }) => names.indexOf(name));
  };
  expect(await found({})).toEqual([0, 1, 2, 3]);
  expect(await found({ sinceMs: start + 31 * minute })).toEqual([1, 2, 3]);
  expect(await found({ sinceMs: start + 30 * minute })).toEqual([0, 1, 2, 3]);
  // The second is named for three hours later: its clock may be set back by one.
  expect(await found({ untilMs: start + 119 * minute })).toEqual([0]);
  expect(await found({ untilMs: start + 121 * minute })).toEqual([0, 1]);
  expect(await found({ sinceMs: start + 200 * minute, untilMs: start + 210 * minute })).toEqual([1]);
});

test("spoolRecords() tells what is damaged, reads the rest, and finds nothing in a folder that is not there", async () => {
  using dir = tempDir();
  using log = spoolLog(dir.path);
  await log.predict(start, "a", setosa);
  const [name = ""] = readdirSync(dir.path);
  const path = join(dir.path, name);
  const bytes = await Bun.file(path).bytes();
  await log.predict(start + 1, "b", setosa);
  await log.predict(start + 2, "c", setosa);
  log.close();
  // In the middle of the second entry.
  const damaged = await Bun.file(path).bytes();
  damaged.set([255, 255], bytes.length + 30);
  truncateSync(path);
  writeFileSync(path, damaged);
  const told: string[] = [];
  const records = await Array.fromAsync(
    spoolRecords({ dir: dir.path, span: {}, onDamage: (text) => told.push(text) }),
  );
  expect(records.map(({ key }) => key)).toEqual(["a:0", "c:0"]);
  expect(told).toEqual([expect.stringContaining("cannot be read and were passed over")]);
  expect(await keysIn(join(dir.path, "nowhere"))).toEqual([]);
});

test("spoolRecords() has all of a segment whose clock was set back, in the order in which they were written", async () => {
  using dir = tempDir();
  using log = spoolLog(dir.path);
  await log.predict(start, "a", setosa);
  await log.predict(start - 30 * minute, "b", setosa);
  await log.predict(start + 1, "c", setosa);
  expect(readdirSync(dir.path)).toHaveLength(1);
  expect(await keysIn(dir.path)).toEqual(["a:0", "b:0", "c:0"]);
  // The segment was begun after that.
  expect(await keysIn(dir.path, { untilMs: start - 20 * minute })).toEqual(["a:0", "b:0", "c:0"]);
});
