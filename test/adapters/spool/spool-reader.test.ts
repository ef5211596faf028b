import { expect, test } from "bun:test";
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openSpoolReader } from "../../../adapters/spool/spool-reader.ts";
import { chooser } from "../../support/chooser.ts";
import {
  type NoteEntry,
  noteEntry,
  noteWriter,
  rawName,
  rawSegment,
  readSpool,
  segmentNames,
} from "../../support/spool-entries.ts";
import { tempDir } from "../../support/temp-dir.ts";

const writer = { pid: process.pid };
const abc: readonly NoteEntry[] = ["a", "b", "c"].map((requestId) => ({ requestId }));
const wholeSpool = 16_777_216;

function reader(dir: string, from: Parameters<typeof openSpoolReader>[0]["from"] = new Map()) {
  const damage: string[] = [];
  const opened = openSpoolReader({ dir, from, onDamage: (text) => damage.push(text) });
  const keys = async (aboutBytes = wholeSpool) => {
    const { records } = await opened.next(aboutBytes);
    return records.map(({ key }) => key);
  };
  return { ...opened, damage, keys };
}

test("a reader finds nothing where there is no folder yet, and what comes then", async () => {
  using dir = tempDir();
  const path = join(dir.path, "spool");
  const { keys, pendingRows } = reader(path);
  expect(await keys()).toEqual([]);
  const spool = noteWriter(path);
  await spool.append(noteEntry({ requestId: "a", rows: 2 }));
  expect(await pendingRows()).toBe(2);
  expect(await keys()).toEqual(["a:0", "a:1"]);
  await spool.append(noteEntry({ requestId: "b" }));
  expect(await pendingRows()).toBe(1);
  expect(await keys()).toEqual(["b:0"]);
  expect(await keys()).toEqual([]);
  spool.close();
  expect(await keys()).toEqual([]);
  expect(await pendingRows()).toBe(0);
});

test("a reader goes on where another's position was", async () => {
  using dir = tempDir();
  const spool = noteWriter(dir.path);
  for (const { requestId } of abc) await spool.append(noteEntry({ requestId, note: "x".repeat(10_000) }));
  const first = reader(dir.path);
  const { records, position } = await first.next(1);
  expect(records.map(({ key }) => key)).toEqual(["a:0"]);
  const second = reader(dir.path, position);
  expect(await second.pendingRows()).toBe(2);
  expect(await second.keys(1)).toEqual(["b:0"]);
  expect(await second.keys()).toEqual(["c:0"]);
  spool.close();
});

test("a position behind all that a segment has says so to who makes room", async () => {
  using dir = tempDir();
  const spool = noteWriter(dir.path);
  await spool.append(noteEntry({ requestId: "a", rows: 3 }));
  spool.close();
  const { position } = await reader(dir.path).next(wholeSpool);
  const [name = ""] = segmentNames(dir.path);
  expect([...position]).toEqual([[name, { offset: statSync(join(dir.path, name)).size, rows: 3 }]]);
  const again = reader(dir.path, position);
  expect(await again.keys()).toEqual([]);
  expect(await again.pendingRows()).toBe(0);
});

test("a part is of about the bytes that were asked for, and has whole entries", async () => {
  using dir = tempDir();
  const spool = noteWriter(dir.path);
  for (let at = 0; at < 100; at++) {
    await spool.append(noteEntry({ requestId: `${at}`, note: "x".repeat(1_000) }));
  }
  const { keys } = reader(dir.path);
  const sizes: number[] = [];
  for (let part = await keys(5_000); part.length > 0; part = await keys(5_000)) sizes.push(part.length);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(100);
  // Four of about 1055 bytes; to have the fifth whole some more are read.
  expect(Math.max(...sizes)).toBeLessThan(10);
  spool.close();
});

test("a segment that grows all the time does not keep others waiting", async () => {
  using dir = tempDir();
  const [busy, quiet] = [noteWriter(dir.path), noteWriter(dir.path)];
  await busy.append(noteEntry({ requestId: "busy 0" }));
  await quiet.append(noteEntry({ requestId: "quiet" }));
  expect((await reader(dir.path).keys()).toSorted()).toEqual(["busy 0:0", "quiet:0"]);
  busy.close();
  quiet.close();
});

test("a segment is found also if it was begun with a clock that was set back", async () => {
  using dir = tempDir();
  let nowMs = Date.UTC(2026, 10, 24);
  const [first, second] = [noteWriter(dir.path), noteWriter(dir.path, { wallClock: () => nowMs })];
  await first.append(noteEntry({ requestId: "a" }));
  const { keys } = reader(dir.path);
  expect(await keys()).toEqual(["a:0"]);
  nowMs -= 86_400_000;
  await second.append(noteEntry({ requestId: "b" }));
  await first.append(noteEntry({ requestId: "c" }));
  expect(await keys()).toEqual(["b:0", "c:0"]);
  first.close();
  second.close();
});

test("a segment that is removed to make room is read no further", async () => {
  using dir = tempDir();
  rawSegment({ dir: dir.path, entries: abc, writer });
  const { keys, next, pendingRows } = reader(dir.path);
  expect(await keys(1)).toEqual(["a:0"]);
  rmSync(join(dir.path, rawName));
  expect(await keys()).toEqual([]);
  expect(await pendingRows()).toBe(0);
  expect((await next(1)).position).toEqual(new Map());
});

test("a segment that the disk cannot give is told of once, and the others are read", async () => {
  using dir = tempDir();
  mkdirSync(join(dir.path, rawName));
  const spool = noteWriter(dir.path);
  await spool.append(noteEntry({ requestId: "a" }));
  const { keys, damage, pendingRows } = reader(dir.path);
  expect(await keys()).toEqual(["a:0"]);
  expect(await keys()).toEqual([]);
  expect(await pendingRows()).toBe(0);
  expect(damage).toEqual([`The prediction log in "${join(dir.path, rawName)}" fails with EISDIR`]);
  spool.close();
});

test("what a writer appends that was taken for dead is read, behind the end that another has put there", async () => {
  using dir = tempDir();
  const { keys, pendingRows } = reader(dir.path);
  const path = join(dir.path, rawName);
  const ended = rawSegment({ dir: dir.path, entries: abc.slice(0, 2), writer, isEnded: true });
  expect(await keys()).toEqual(["a:0", "b:0"]);
  const { bytes, starts } = rawSegment({ dir: dir.path, entries: abc, writer });
  writeFileSync(path, Buffer.concat([ended.bytes, bytes.subarray(starts.at(-1))]));
  expect(await keys()).toEqual(["c:0"]);
  expect(await pendingRows()).toBe(0);
  expect(await keys()).toEqual([]);
});

test("a damaged entry is passed over and told once", async () => {
  using dir = tempDir();
  const { bytes, starts } = rawSegment({ dir: dir.path, entries: abc, writer, isEnded: true });
  const [, , b = 0, c = 0] = starts;
  bytes[b + 30] = (bytes[b + 30] ?? 0) ^ 1;
  writeFileSync(join(dir.path, rawName), bytes);
  const { keys, damage, pendingRows } = reader(dir.path);
  expect(await pendingRows()).toBe(3);
  expect(await keys()).toEqual(["a:0", "c:0"]);
  expect(await keys()).toEqual([]);
  expect(damage).toEqual([
    `${c - b} bytes of the prediction log cannot be read and were passed over, in "${join(dir.path, rawName)}"`,
  ]);
  expect(await pendingRows()).toBe(0);
});

test("bytes at the end that are no entry yet are left for later", async () => {
  using dir = tempDir();
  const { bytes, starts } = rawSegment({ dir: dir.path, entries: abc, writer });
  const [, , , c = 0] = starts;
  const path = join(dir.path, rawName);
  const { keys, damage } = reader(dir.path);
  writeFileSync(path, bytes.subarray(0, c + 25));
  expect(await keys()).toEqual(["a:0", "b:0"]);
  expect(await keys()).toEqual([]);
  writeFileSync(path, bytes);
  expect(await keys()).toEqual(["c:0"]);
  expect(damage).toEqual([]);
});

test("what has no head cannot be read, which is told once it is ended", async () => {
  using dir = tempDir();
  const path = join(dir.path, rawName);
  const { bytes, starts } = rawSegment({ dir: dir.path, entries: abc, writer, isEnded: true });
  bytes[10] = (bytes[10] ?? 0) ^ 1;
  const end = starts.at(-1);
  writeFileSync(path, bytes.subarray(0, end));
  const { keys, next, damage, pendingRows } = reader(dir.path);
  expect(await keys()).toEqual([]);
  expect(damage).toEqual([]);
  writeFileSync(path, bytes);
  const { records, position } = await next(wholeSpool);
  expect(records).toEqual([]);
  expect([...position]).toEqual([[rawName, { offset: bytes.length, rows: 3 }]]);
  expect(damage).toEqual([
    `${bytes.length} bytes of the prediction log cannot be read and were passed over, in "${path}"`,
  ]);
  expect(await pendingRows()).toBe(0);
});

test("a text that looks like an entry is none, also where the entry that it stands in is damaged", async () => {
  using forged = tempDir();
  using dir = tempDir();
  const inner = rawSegment({ dir: forged.path, entries: [{ requestId: "forged" }], writer });
  // Bytes as UTF-8 text can have them; the seed of the forged segment is another than that of the writer.
  const note = new TextDecoder("latin1").decode(inner.bytes);
  const spool = noteWriter(dir.path);
  await spool.append(noteEntry({ requestId: "a", note }));
  await spool.append(noteEntry({ requestId: "b" }));
  spool.close();
  const path = join(dir.path, segmentNames(dir.path)[0] ?? "");
  const bytes = readFileSync(path);
  // The check of the second frame, which is the first entry.
  const second = bytes.indexOf("MLT", 3);
  bytes.writeUInt8(bytes.readUInt8(second + 4) ^ 1, second + 4);
  writeFileSync(path, bytes);
  expect((await readSpool(dir.path)).keys).toEqual(["b:0"]);
});

test("16 MB of damage are passed over in one go", async () => {
  using dir = tempDir();
  const entries = Array.from({ length: 4_000 }, (_, at) => ({
    requestId: `${at}`,
    note: "MLT\u0001".repeat(1_000),
  }));
  const { bytes, starts } = rawSegment({ dir: dir.path, entries, writer, isEnded: true });
  for (const start of starts.slice(1, -2)) bytes[start + 12] = (bytes[start + 12] ?? 0) ^ 0x80;
  writeFileSync(join(dir.path, rawName), bytes);
  const startedMs = performance.now();
  const { keys, damage } = await readSpool(dir.path, 262_144);
  // It takes a second; were each length believed, it would take minutes.
  expect(performance.now() - startedMs).toBeLessThan(10_000);
  expect(keys).toEqual(["3999:0"]);
  expect(damage).toHaveLength(1);
});

/** Entries of some rows and lengths. */
function randomEntries({ below }: ReturnType<typeof chooser>): NoteEntry[] {
  return Array.from({ length: 1 + below(12) }, (_, at) => ({
    requestId: `${at}`,
    rows: 1 + below(3),
    note: "MLT".repeat(below(20)),
  }));
}

function keysOf(entries: readonly NoteEntry[]): string[] {
  return entries.flatMap(({ requestId, rows = 1 }) =>
    Array.from({ length: rows }, (_, row) => `${requestId}:${row}`),
  );
}

test("of a segment that is cut anywhere, the entries before the cut are read", async () => {
  for (let seed = 0; seed < 5; seed++) {
    using dir = tempDir();
    const entries = randomEntries(chooser(seed));
    const { bytes, starts } = rawSegment({ dir: dir.path, entries, writer, isEnded: true });
    for (let length = 0; length <= bytes.length; length++) {
      writeFileSync(join(dir.path, rawName), bytes.subarray(0, length));
      const whole = starts.slice(2).filter((end) => end <= length).length;
      expect({ seed, length, ...(await readSpool(dir.path)) }).toEqual({
        seed,
        length,
        keys: keysOf(entries.slice(0, whole)),
        damage: [],
      });
    }
  }
});

test("of a segment with changed, lost or strange bytes, all other entries are read, in order, and none is made up", async () => {
  for (let seed = 0; seed < 400; seed++) {
    using dir = tempDir();
    const choose = chooser(seed);
    const entries = randomEntries(choose);
    const isEnded = choose.percent(50);
    const { bytes, starts } = rawSegment({ dir: dir.path, entries, writer, isEnded });
    const from = starts[1] ?? 0;
    const at = from + choose.below(bytes.length - from);
    const length = Math.min(bytes.length - at, 1 + choose.below(80));
    const damaged = damage(choose, bytes, at, length);
    writeFileSync(join(dir.path, rawName), damaged);
    const { keys } = await readSpool(dir.path, 64);
    const isTouched = (index: number) => {
      const [start = 0, end = bytes.length] = [starts[index + 1], starts[index + 2]];
      return start < at + length && at < end;
    };
    expect({ seed, keys: keys.filter((key) => !isTouched(Number(key.split(":")[0]))) }).toEqual({
      seed,
      keys: keysOf(entries.filter((_, index) => !isTouched(index))),
    });
    expect(new Set(keys).size).toBe(keys.length);
    expect(keysOf(entries)).toEqual(expect.arrayContaining(keys));
  }
});

function damage(
  { of, below }: ReturnType<typeof chooser>,
  bytes: Uint8Array,
  at: number,
  length: number,
): Uint8Array {
  const kind = of(["flip", "lose", "zero", "noise"]);
  if (kind === "lose") return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
  const damaged = bytes.slice();
  if (kind === "flip") damaged[at] = (damaged[at] ?? 0) ^ (1 << below(8));
  if (kind === "zero") damaged.fill(0, at, at + length);
  if (kind === "noise") for (let place = at; place < at + length; place++) damaged[place] = below(256);
  return damaged;
}

test("a reader that reads while several write reads each entry once, in the order of its writer", async () => {
  using dir = tempDir();
  const { of, below } = chooser(1);
  const writers = ["a", "b", "c"].map((name) => ({ name, spool: noteWriter(dir.path), count: 0 }));
  const { keys, damage: told } = reader(dir.path);
  const read: string[] = [];
  for (let step = 0; step < 2_000; step++) {
    const [a, b, c] = writers;
    if (a === undefined || b === undefined || c === undefined) throw new RangeError("There are three");
    const each = of([a, b, c]);
    const note = "x".repeat(below(300));
    await each.spool.append(noteEntry({ requestId: `${each.name}${each.count++}`, note }));
    if (step % 7 === 0) read.push(...(await keys(below(2_000))));
  }
  for (const { spool } of writers) spool.close();
  for (let part = await keys(); part.length > 0; part = await keys()) read.push(...part);
  expect(told).toEqual([]);
  for (const { name, count } of writers) {
    const own = read.filter((key) => key.startsWith(name));
    expect(own).toEqual(Array.from({ length: count }, (_, at) => `${name}${at}:0`));
  }
});
