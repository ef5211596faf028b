import { expect, test } from "bun:test";
import { spawn } from "node:child_process";
import { readFileSync, statSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { recoverSpool } from "../../../adapters/spool/recover-spool.ts";
import { thisWriter } from "../../../adapters/spool/segment-writer-identity.ts";
import { openSpoolReader } from "../../../adapters/spool/spool-reader.ts";
import { deadPid } from "../../support/dead-process.ts";
import {
  noteEntry,
  noteWriter,
  rawName,
  rawSegment,
  readSpool,
  segmentNames,
  unendedSegments,
} from "../../support/spool-entries.ts";
import { tempDir } from "../../support/temp-dir.ts";

const abc = ["a", "b", "c"].map((requestId) => ({ requestId, rows: 2 }));
const headerBytes = 20;

test("recoverSpool() finds nothing to do where there is no folder, or all is ended", async () => {
  using dir = tempDir();
  expect(await recoverSpool(join(dir.path, "spool"))).toEqual([]);
  const { bytes } = rawSegment({ dir: dir.path, entries: abc, writer: { pid: deadPid() }, isEnded: true });
  expect(await recoverSpool(dir.path)).toEqual([]);
  expect(new Uint8Array(readFileSync(join(dir.path, rawName)))).toEqual(bytes);
});

test("a segment whose writer is no more is ended behind its last whole entry, wherever it was cut", async () => {
  using dir = tempDir();
  const writer = { pid: deadPid() };
  const path = join(dir.path, rawName);
  const { bytes, starts } = rawSegment({ dir: dir.path, entries: abc, writer });
  const ends = [...starts.slice(1), bytes.length];
  for (let length = 1; length <= bytes.length; length++) {
    writeFileSync(path, bytes.subarray(0, length));
    const whole = ends.filter((end) => end <= length);
    const kept = whole.at(-1) ?? 0;
    expect(await recoverSpool(dir.path)).toEqual([{ segment: rawName, cutBytes: length - kept }]);
    expect(await recoverSpool(dir.path)).toEqual([]);
    // One of which not even the head is whole never held an entry.
    if (kept === 0) expect(segmentNames(dir.path)).toEqual([]);
    else expect(statSync(path).size).toBe(kept + headerBytes);
    const keys = abc
      .slice(0, Math.max(0, whole.length - 1))
      .flatMap(({ requestId }) => [`${requestId}:0`, `${requestId}:1`]);
    expect(await readSpool(dir.path)).toEqual({ keys, damage: [] });
  }
});

test("a segment that two end at once is ended once, and nothing is cut off it", async () => {
  for (let looks = 0; looks < 40; looks++) {
    using dir = tempDir();
    const { bytes } = rawSegment({ dir: dir.path, entries: abc, writer: { pid: deadPid() } });
    const first = recoverSpool(dir.path);
    // Each time the second begins a little later.
    for (let look = 0; look < looks; look++) await stat(dir.path);
    const recovered = [...(await recoverSpool(dir.path)), ...(await first)];
    expect(recovered.filter(({ cutBytes }) => cutBytes !== 0)).toEqual([]);
    expect(statSync(join(dir.path, rawName)).size).toBe(bytes.length + headerBytes);
  }
});

test("an entry that is damaged in the middle stays, for the reader to tell of, and those behind it too", async () => {
  using dir = tempDir();
  const { bytes, starts } = rawSegment({ dir: dir.path, entries: abc, writer: { pid: deadPid() } });
  const at = (starts[2] ?? 0) + 30;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(join(dir.path, rawName), bytes);
  expect(await recoverSpool(dir.path)).toEqual([{ segment: rawName, cutBytes: 0 }]);
  const { keys, damage } = await readSpool(dir.path);
  expect(keys).toEqual(["a:0", "a:1", "c:0", "c:1"]);
  expect(damage).toHaveLength(1);
});

test("a segment of a writer that lives stays as it is, and one that is just made", async () => {
  using dir = tempDir();
  const { bytes } = rawSegment({ dir: dir.path, entries: abc, writer: thisWriter() });
  const made = rawName.replace("1234abcd", "00000000");
  writeFileSync(join(dir.path, made), "");
  expect(await recoverSpool(dir.path)).toEqual([]);
  expect(new Uint8Array(readFileSync(join(dir.path, rawName)))).toEqual(bytes);
  const longAgo = new Date(Date.now() - 60_000);
  utimesSync(join(dir.path, made), longAgo, longAgo);
  expect(await recoverSpool(dir.path)).toEqual([{ segment: made, cutBytes: 0 }]);
  expect(segmentNames(dir.path)).toEqual([rawName]);
});

test("a process with the id of the writer is not the writer, as in each container the first", async () => {
  using dir = tempDir();
  const before = { ...thisWriter(), started: "ffffffff-0000-4000-8000-000000000000/4711" };
  rawSegment({ dir: dir.path, entries: abc, writer: before });
  expect(await recoverSpool(dir.path)).toEqual([{ segment: rawName, cutBytes: 0 }]);
});

test("what a reader has acknowledged before a crash of the machine took it counts as delivered", async () => {
  using dir = tempDir();
  const path = join(dir.path, rawName);
  const { bytes, starts } = rawSegment({ dir: dir.path, entries: abc, writer: { pid: deadPid() } });
  const from = new Map([[rawName, { offset: bytes.length, rows: 6 }]]);
  truncateSync(path, starts[2]);
  await recoverSpool(dir.path);
  const reader = openSpoolReader({ dir: dir.path, from, onDamage: (text) => expect(text).toBe("") });
  expect((await reader.next(1_000)).records).toEqual([]);
  expect(await reader.pendingRows()).toBe(0);
});

interface Writing {
  readonly kept: ReadonlySet<string>;
  readonly isGone: Promise<void>;
  kill(): void;
}

/** A process that writes, and says what is kept. Resolves once it has kept some. */
async function writing(dir: string, durability: "process" | "disk"): Promise<Writing> {
  const script = join(import.meta.dirname, "../../support/write-spool.ts");
  const child = spawn(process.execPath, [script, dir, durability], { stdio: ["ignore", "pipe", "inherit"] });
  const kept = new Set<string>();
  const lines = createInterface({ input: child.stdout });
  const enough = new Promise<void>((resolve) => {
    lines.on("line", (line) => {
      kept.add(line);
      if (kept.size === 200) resolve();
    });
  });
  // With all that it has said.
  const isGone = new Promise<void>((resolve) => child.once("close", () => resolve()));
  await enough;
  return { kept, isGone, kill: () => child.kill("SIGKILL") };
}

test.each(["process", "disk"] as const)(
  "all that was kept is read after kill -9, with durability %s, while other writers go on",
  async (durability) => {
    using dir = tempDir();
    const other = noteWriter(dir.path, { maxBytes: 268_435_456 });
    await other.append(noteEntry({ requestId: "before" }));
    const writers = await Promise.all([writing(dir.path, durability), writing(dir.path, durability)]);
    for (const writer of writers) writer.kill();
    await Promise.all(writers.map(({ isGone }) => isGone));
    // One of each, unless it was killed between two.
    expect((await recoverSpool(dir.path)).length).toBeLessThanOrEqual(2);
    await other.append(noteEntry({ requestId: "after" }));
    expect(await unendedSegments(dir.path)).toHaveLength(1);
    other.close();
    const { keys, damage } = await readSpool(dir.path, 262_144);
    expect(damage).toEqual([]);
    const read = new Set(keys);
    expect(read.size).toBe(keys.length);
    const kept = writers.flatMap((writer) => [...writer.kept]);
    expect(kept.filter((key) => !read.has(key))).toEqual([]);
    expect(keys).toEqual(expect.arrayContaining(["before:0", "after:0"]));
  },
  30_000,
);
