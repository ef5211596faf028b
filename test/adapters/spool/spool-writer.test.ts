import { expect, test } from "bun:test";
import { rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { writeCursor } from "../../../adapters/spool/cursor-file.ts";
import { nameSegment } from "../../../adapters/spool/segment-file.ts";
import {
  noteEntry,
  noteLayout,
  noteWriter,
  rawSegment,
  readSpool,
  segmentBytes,
  segmentNames,
} from "../../support/spool-entries.ts";
import { tempDir } from "../../support/temp-dir.ts";

const startMs = Date.UTC(2026, 10, 24);
/** Of the tests' writer. */
const maxBytes = 1_048_576;

/** Entries of about two kilobytes each, one in a turn. */
async function appendKilobytes(spool: ReturnType<typeof noteWriter>, from: number, to: number) {
  const kept: boolean[] = [];
  for (let at = from; at < to; at++) {
    kept.push(await spool.append(noteEntry({ requestId: `${at}`, note: "x".repeat(2_000) })));
  }
  return kept;
}

test("what was appended is read back, row by row", async () => {
  using dir = tempDir();
  const spool = noteWriter(join(dir.path, "spool"));
  expect(await spool.append(noteEntry({ requestId: "a", rows: 2 }))).toBe(true);
  expect(await spool.append(noteEntry({ requestId: "b" }))).toBe(true);
  spool.close();
  expect(await readSpool(join(dir.path, "spool"))).toEqual({ keys: ["a:0", "a:1", "b:0"], damage: [] });
  expect(spool.counts()).toEqual({ written: 3, dropped: new Map() });
  expect(spool.trouble()).toBeUndefined();
});

test("only the owner may read what is kept", async () => {
  using dir = tempDir();
  const path = join(dir.path, "deep", "spool");
  const spool = noteWriter(path, { sinks: ["a"] });
  await spool.append(noteEntry({ requestId: "a" }));
  await writeCursor(path, "a", new Map());
  const modes = [path, join(path, segmentNames(path)[0] ?? ""), join(path, "cursor-a.json")].map(
    (file) => statSync(file).mode & 0o777,
  );
  expect(modes).toEqual([0o700, 0o600, 0o600]);
  spool.close();
});

test("entries of one turn of the event loop are written together, behind it", async () => {
  using dir = tempDir();
  const spool = noteWriter(dir.path);
  await spool.append(noteEntry({ requestId: "first" }));
  const before = segmentBytes(dir.path);
  const all = ["a", "b", "c"].map((requestId) => spool.append(noteEntry({ requestId })));
  expect(segmentBytes(dir.path)).toBe(before);
  await all[0];
  // Each: a header of 20, time 8, latency 4, event 1, rows 4, id 4 + 1, note 4 + 1, two scores of 4.
  expect(segmentBytes(dir.path)).toBe(before + 3 * 55);
  expect(await Promise.all(all)).toEqual([true, true, true]);
  spool.close();
});

test("with durability disk an entry is kept once the disk has it, not before", async () => {
  using dir = tempDir();
  const spool = noteWriter(dir.path, { durability: "disk" });
  let kept: boolean | undefined;
  const appended = spool.append(noteEntry({ requestId: "a" })).then((answer) => {
    kept = answer;
  });
  // The answer of the disk comes with a turn of the event loop; these are none.
  for (let step = 0; step < 100; step++) await Promise.resolve();
  expect(segmentBytes(dir.path)).toBeGreaterThan(0);
  expect(kept).toBeUndefined();
  await appended;
  expect(kept).toBe(true);
  // Also those whose segment is ended meanwhile.
  expect(await Promise.all([...Array(100).keys()].map((at) => appendKilobytes(spool, at, at + 1)))).toEqual(
    Array(100).fill([true]),
  );
  spool.close();
});

test("with durability none nobody waits, and all is written when it is closed", async () => {
  using dir = tempDir();
  const spool = noteWriter(dir.path, { durability: "none" });
  expect(await spool.append(noteEntry({ requestId: "a" }))).toBe(true);
  expect(segmentNames(dir.path)).toEqual([]);
  spool.close();
  spool.close();
  expect((await readSpool(dir.path)).keys).toEqual(["a:0"]);
});

test("with durability none it is written a moment later", async () => {
  using dir = tempDir();
  const spool = noteWriter(dir.path, { durability: "none" });
  await spool.append(noteEntry({ requestId: "a" }));
  while (spool.counts().written === 0) await new Promise(setImmediate);
  expect((await readSpool(dir.path)).keys).toEqual(["a:0"]);
  spool.close();
});

test("a turn of entries that cannot be encoded leaves nothing", async () => {
  using dir = tempDir();
  const spool = noteWriter(dir.path);
  const encode = () => {
    throw new RangeError("There is no such column");
  };
  expect(() => spool.append({ ...noteEntry({ requestId: "a" }), encode })).toThrow("There is no such column");
  await Promise.resolve();
  expect(segmentNames(dir.path)).toEqual([]);
  spool.close();
});

test("an entry of more than a quarter of the folder is refused and counted, those with it are kept", async () => {
  using dir = tempDir();
  const spool = noteWriter(dir.path);
  const all = [
    spool.append(noteEntry({ requestId: "a" })),
    spool.append(noteEntry({ requestId: "long", note: "x".repeat(maxBytes / 4) })),
    // Longer than a segment, but not too long.
    spool.append(noteEntry({ requestId: "b", note: "x".repeat(maxBytes / 4 - 100) })),
    spool.append(noteEntry({ requestId: "c" })),
  ];
  expect(await Promise.all(all)).toEqual([true, false, true, true]);
  expect(spool.trouble()).toBeUndefined();
  expect(spool.counts()).toEqual({ written: 3, dropped: new Map([["spool", 1]]) });
  expect(spool.lost()).toBe(1);
  spool.close();
  expect((await readSpool(dir.path)).keys).toEqual(["a:0", "b:0", "c:0"]);
});

test("a model that takes another's place gets a segment of its own", async () => {
  using dir = tempDir();
  const spool = noteWriter(dir.path);
  const layout = { ...noteLayout, model: { ...noteLayout.model, id: "m2" } };
  const all = [
    spool.append(noteEntry({ requestId: "a" })),
    spool.append(noteEntry({ requestId: "b", layout })),
    spool.append(noteEntry({ requestId: "c", layout })),
  ];
  expect(await Promise.all(all)).toEqual([true, true, true]);
  spool.close();
  expect(segmentNames(dir.path)).toHaveLength(2);
  expect((await readSpool(dir.path)).keys).toEqual(["a:0", "b:0", "c:0"]);
});

test("a segment is ended after an hour, and when the clock is set back by one: all is read nevertheless", async () => {
  using dir = tempDir();
  let nowMs = startMs;
  const spool = noteWriter(dir.path, { wallClock: () => nowMs });
  const hour = 3_600_000;
  for (const [requestId, hours] of [
    ["a", 0],
    ["b", 1],
    ["c", 2],
    ["d", -3],
  ] as const) {
    nowMs = startMs + hours * hour;
    expect(await spool.append(noteEntry({ requestId }))).toBe(true);
  }
  spool.close();
  expect(segmentNames(dir.path).map((name) => Number(name.slice(0, 13)) - startMs)).toEqual([
    -3 * hour,
    0,
    2 * hour,
  ]);
  expect((await readSpool(dir.path)).keys).toEqual(["d:0", "a:0", "b:0", "c:0"]);
});

test("a full folder loses its oldest segments, counted for each sink that has not acknowledged them", async () => {
  using dir = tempDir();
  const spool = noteWriter(dir.path, { sinks: ["a", "b"] });
  let most = 0;
  for (let at = 0; at < 1_500; at += 10) {
    expect(await appendKilobytes(spool, at, at + 10)).toEqual(Array(10).fill(true));
    most = Math.max(most, segmentBytes(dir.path));
  }
  spool.close();
  expect(most).toBeLessThanOrEqual(maxBytes);
  expect(most).toBeGreaterThan(0.9 * maxBytes);
  const { keys } = await readSpool(dir.path);
  const first = 1_500 - keys.length;
  expect(keys).toEqual(keys.map((_, index) => `${first + index}:0`));
  expect(spool.counts()).toEqual({
    written: 1_500,
    dropped: new Map([
      ["a", first],
      ["b", first],
    ]),
  });
  expect(spool.lost()).toBe(2 * first);
});

test("what every sink has makes room before what is older and not delivered", async () => {
  using dir = tempDir();
  const spool = noteWriter(dir.path, { sinks: ["a", "b"] });
  await appendKilobytes(spool, 0, 400);
  const [s0 = "", s1 = "", s2 = "", s3 = ""] = segmentNames(dir.path);
  const at = (name: string) => ({ offset: statSync(join(dir.path, name)).size, rows: 0 });
  await writeCursor(dir.path, "a", new Map([s0, s1, s2].map((name) => [name, at(name)])));
  await writeCursor(dir.path, "b", new Map([s1, s2, s3].map((name) => [name, at(name)])));
  while (segmentNames(dir.path).includes(s2)) await appendKilobytes(spool, 0, 1);
  expect(segmentNames(dir.path)).toContain(s0);
  expect(spool.lost()).toBe(0);
  while (segmentNames(dir.path).includes(s0)) await appendKilobytes(spool, 0, 1);
  // A segment has 16384 bytes: seven entries of 2000 and some.
  expect(spool.counts().dropped).toEqual(new Map([["b", 7]]));
  expect(segmentNames(dir.path)).not.toContain(s1);
  expect(segmentNames(dir.path)).toContain(s3);
  spool.close();
});

test.each([
  ["goes when there are more than a thousand", [], 1_000],
  ["stays while a sink waits for it", ["a"], 1_011],
])("a small old segment %s", async (_, sinks, left) => {
  using dir = tempDir();
  for (let at = 0; at < 1_010; at++) {
    const name = nameSegment(at, 0);
    rawSegment({ dir: dir.path, name, entries: [{ requestId: `${at}` }], writer: { pid: 1 }, isEnded: true });
  }
  const spool = noteWriter(dir.path, { sinks });
  expect(await spool.append(noteEntry({ requestId: "new" }))).toBe(true);
  expect(segmentNames(dir.path)).toHaveLength(left);
  expect(spool.lost()).toBe(0);
  spool.close();
  expect((await readSpool(dir.path)).keys.at(-1)).toBe("new:0");
});

test("without sinks nothing that goes is missed", async () => {
  using dir = tempDir();
  const spool = noteWriter(dir.path);
  await appendKilobytes(spool, 0, 700);
  spool.close();
  expect((await readSpool(dir.path)).keys.length).toBeLessThan(600);
  expect(spool.lost()).toBe(0);
});

test("a full folder refuses, if that is wanted, until sinks have acknowledged some of it", async () => {
  using dir = tempDir();
  let nowMs = startMs;
  const spool = noteWriter(dir.path, { sinks: ["a"], onFull: "reject", wallClock: () => nowMs });
  const kept = await appendKilobytes(spool, 0, 600);
  const first = kept.indexOf(false);
  expect(kept).toEqual(kept.map((_, at) => at < first));
  expect(segmentBytes(dir.path)).toBeLessThanOrEqual(maxBytes);
  expect(spool.trouble()).toBe("its 1048576 bytes are full of what waits for a");
  expect(spool.counts()).toEqual({ written: first, dropped: new Map([["spool", 600 - first]]) });
  const [oldest = ""] = segmentNames(dir.path);
  const size = statSync(join(dir.path, oldest)).size;
  await writeCursor(dir.path, "a", new Map([[oldest, { offset: size, rows: 7 }]]));
  // Not before a second is over.
  expect(await appendKilobytes(spool, 600, 601)).toEqual([false]);
  nowMs += 1_000;
  expect(spool.trouble()).toBeUndefined();
  expect(await appendKilobytes(spool, 601, 602)).toEqual([true]);
  spool.close();
  const { keys } = await readSpool(dir.path);
  expect(keys).toEqual(
    [...kept.keys()]
      .slice(7, first)
      .map((at) => `${at}:0`)
      .concat("601:0"),
  );
});

test("several writers share the bounds of a folder, and each keeps its own", async () => {
  using dir = tempDir();
  const writers = ["a", "b", "c"].map((name) => ({ name, spool: noteWriter(dir.path, { sinks: ["s"] }) }));
  for (let at = 0; at < 300; at++) {
    await Promise.all(
      writers.map(({ name, spool }) =>
        spool.append(noteEntry({ requestId: `${name}${at}`, note: "x".repeat(2_000) })),
      ),
    );
    expect(segmentBytes(dir.path)).toBeLessThanOrEqual(maxBytes);
  }
  for (const { spool } of writers) spool.close();
  const { keys, damage } = await readSpool(dir.path);
  expect(damage).toEqual([]);
  const lost = writers.reduce((sum, { spool }) => sum + spool.lost(), 0);
  expect(keys.length + lost).toBe(900);
  for (const { name } of writers) {
    const own = keys.filter((key) => key.startsWith(name));
    expect(own.at(-1)).toBe(`${name}299:0`);
    expect(own).toEqual(own.map((_, index) => `${name}${300 - own.length + index}:0`));
  }
});

test("whoever removes the folder loses what was in it, which is counted; what comes is kept again", async () => {
  using dir = tempDir();
  const path = join(dir.path, "spool");
  const spool = noteWriter(path);
  await appendKilobytes(spool, 0, 3);
  rmSync(path, { recursive: true });
  while (spool.lost() === 0) await new Promise(setImmediate);
  expect(spool.counts().dropped).toEqual(new Map([["spool", 3]]));
  expect(await spool.append(noteEntry({ requestId: "b" }))).toBe(true);
  spool.close();
  expect((await readSpool(path)).keys).toEqual(["b:0"]);
});
