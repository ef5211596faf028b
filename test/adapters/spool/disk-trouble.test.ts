import { expect, test } from "bun:test";
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readlinkSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { SpoolFull } from "../../../adapters/spool/disk-failure.ts";
import { DiskTrouble } from "../../../adapters/spool/disk-trouble.ts";
import { smallDisk } from "../../support/small-disk.ts";
import {
  noteEntry,
  noteWriter,
  readSpool,
  segmentBytes,
  segmentNames,
  unendedSegments,
} from "../../support/spool-entries.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { testWith } from "../../support/tools.ts";

const startMs = Date.UTC(2026, 10, 24);

/** A clock that stands until it is set. */
function clock() {
  let nowMs = startMs;
  const pass = (ms: number) => {
    nowMs += ms;
  };
  return { wallClock: () => nowMs, pass };
}

/** Resolves once so few files are open there: one that was ended is closed when the disk has it, and has its bytes until then. */
async function openFilesAreAtMost(dir: string, most: number): Promise<void> {
  while (openFiles().filter((path) => path.startsWith(`${dir}/`)).length > most) {
    await new Promise(setImmediate);
  }
}

function openFiles(): string[] {
  return readdirSync("/proc/self/fd").flatMap((file) => {
    try {
      return [readlinkSync(`/proc/self/fd/${file}`)];
    } catch (cause) {
      // The one that listed them.
      if (cause instanceof Error) return [];
      throw cause;
    }
  });
}

function fail(): void {
  throw Object.assign(new Error("EIO: i/o error, write"), { code: "EIO" });
}

function works(): void {
  expect(true).toBe(true);
}

const noRemedy = () => false;

test("overcome() does the work once more where there is a remedy, and the second failure counts", () => {
  const trouble = new DiskTrouble("/spool", clock().wallClock);
  let attempts = 0;
  const failsOnce = () => {
    if (attempts++ === 0) fail();
  };
  expect(trouble.overcome(failsOnce, () => true)).toBe(true);
  expect({ attempts, reason: trouble.reason }).toEqual({ attempts: 2, reason: undefined });
  expect(trouble.overcome(fail, noRemedy)).toBe(false);
  expect(trouble.reason).toBe('"/spool" fails with EIO');
  const full = () => {
    throw new SpoolFull("it is full");
  };
  expect(trouble.overcome(fail, full)).toBe(false);
  expect(trouble.reason).toBe("it is full");
});

test("what is thrown that no disk said is a bug, and passes", () => {
  const trouble = new DiskTrouble("/spool", clock().wallClock);
  const bug = () => {
    throw new TypeError("undefined is not a function");
  };
  expect(() => trouble.overcome(bug, noRemedy)).toThrow("undefined is not a function");
  expect(() => trouble.overcome(fail, bug)).toThrow("undefined is not a function");
});

test("trouble is over with the next work that succeeds, and is fresh for a second", () => {
  const { wallClock, pass } = clock();
  const trouble = new DiskTrouble("/spool", wallClock);
  trouble.overcome(fail, noRemedy);
  expect(trouble.isFresh).toBe(true);
  pass(1_000);
  expect(trouble.isFresh).toBe(false);
  expect(trouble.reason).toBe('"/spool" fails with EIO');
  expect(trouble.overcome(works, noRemedy)).toBe(true);
  expect(trouble.reason).toBeUndefined();
});

test("what is only noted keeps nothing from being written, and is told for a second all the same", () => {
  const { wallClock, pass } = clock();
  const trouble = new DiskTrouble("/spool", wallClock);
  trouble.note(Object.assign(new Error("EIO: i/o error, fdatasync"), { code: "EIO" }));
  expect(trouble.isFresh).toBe(false);
  trouble.overcome(works, noRemedy);
  expect(trouble.reason).toBe('"/spool" fails with EIO');
  pass(1_000);
  trouble.overcome(works, noRemedy);
  expect(trouble.reason).toBeUndefined();
});

test("where no folder can be made nothing is kept, which is said, and tried again each second", async () => {
  using dir = tempDir();
  const path = join(dir.path, "spool");
  await dir.write({ spool: "somebody's file" });
  const { wallClock, pass } = clock();
  const spool = noteWriter(path, { wallClock });
  // Before the first entry.
  expect(spool.trouble()).toBe(`"${path}" is no folder`);
  expect(await spool.append(noteEntry({ requestId: "a", rows: 2 }))).toBe(false);
  rmSync(path);
  pass(999);
  expect(await spool.append(noteEntry({ requestId: "b" }))).toBe(false);
  expect(spool.trouble()).toBe(`"${path}" is no folder`);
  expect(existsSync(path)).toBe(false);
  pass(1);
  expect(await spool.append(noteEntry({ requestId: "c" }))).toBe(true);
  expect(spool.trouble()).toBeUndefined();
  expect(spool.counts()).toEqual({ written: 1, dropped: new Map([["spool", 3]]) });
  spool.close();
});

test("trouble() finds out that a disk works again, though no entry comes", async () => {
  using dir = tempDir();
  const path = join(dir.path, "spool");
  await dir.write({ spool: "somebody's file" });
  const { wallClock, pass } = clock();
  const spool = noteWriter(path, { wallClock });
  expect(await spool.append(noteEntry({ requestId: "a" }))).toBe(false);
  rmSync(path);
  pass(1_000);
  expect(spool.trouble()).toBeUndefined();
  spool.close();
  // What was only tried leaves nothing.
  expect(segmentNames(path)).toEqual([]);
});

test("a clock that is set back does not put off the next attempt", async () => {
  using dir = tempDir();
  const path = join(dir.path, "spool");
  await dir.write({ spool: "somebody's file" });
  const { wallClock, pass } = clock();
  const spool = noteWriter(path, { wallClock });
  expect(await spool.append(noteEntry({ requestId: "a" }))).toBe(false);
  rmSync(path);
  pass(-86_400_000);
  expect(await spool.append(noteEntry({ requestId: "b" }))).toBe(true);
  spool.close();
});

testWith(["root", "tmpfs"], "a read-only disk is told of, and used once it can be written", async () => {
  using disk = smallDisk(1_000_000, "ro");
  const { wallClock, pass } = clock();
  const spool = noteWriter(disk.path, { wallClock });
  expect(spool.trouble()).toBe(`"${disk.path}" cannot be written`);
  expect(await spool.append(noteEntry({ requestId: "a" }))).toBe(false);
  disk.remount("rw");
  pass(1_000);
  expect(await spool.append(noteEntry({ requestId: "b" }))).toBe(true);
  expect(spool.counts()).toEqual({ written: 1, dropped: new Map([["spool", 1]]) });
  spool.close();
  expect((await readSpool(disk.path)).keys).toEqual(["b:0"]);
});

testWith(
  ["root", "tmpfs"],
  "a disk that is smaller than the folder may be loses the oldest segments",
  async () => {
    using disk = smallDisk(131_072);
    const spool = noteWriter(disk.path, { sinks: ["a"] });
    for (let at = 0; at < 500; at++) {
      expect(await spool.append(noteEntry({ requestId: `${at}`, note: "x".repeat(1_000) }))).toBe(true);
      await openFilesAreAtMost(disk.path, 1);
    }
    spool.close();
    const { keys, damage } = await readSpool(disk.path);
    const first = 500 - keys.length;
    expect(damage).toEqual([]);
    // 128 KiB hold some 120 entries; one segment of 15 is more than is needed to go on.
    expect(keys.length).toBeGreaterThan(90);
    expect(keys).toEqual(keys.map((_, index) => `${first + index}:0`));
    expect(spool.counts()).toEqual({ written: 500, dropped: new Map([["a", first]]) });
  },
);

testWith(
  ["root", "tmpfs"],
  "a disk that others fill keeps what was kept, and goes on when it has room",
  async () => {
    using disk = smallDisk(262_144);
    const { wallClock, pass } = clock();
    const spool = noteWriter(disk.path, { wallClock, sinks: ["a"], onFull: "reject" });
    const kept: string[] = [];
    const append = async (requestId: string, note: string) => {
      const isKept = await spool.append(noteEntry({ requestId, note }));
      if (isKept) kept.push(`${requestId}:0`);
      return isKept;
    };
    expect(await append("first", "x")).toBe(true);
    // Not a whole number of pages: an entry of ten kilobytes is written in part before the disk is full.
    const ballast = join(disk.path, "ballast");
    writeFileSync(ballast, new Uint8Array(262_144 - 5 * 4_096));
    let at = 0;
    while (await append(`before-${at}`, "x".repeat(10_000))) at++;
    expect(spool.trouble()).toBe(`no space is left for "${disk.path}"`);
    expect(await readSpool(disk.path)).toEqual({ keys: kept, damage: [] });
    pass(1_000);
    expect(await append("still", "x".repeat(10_000))).toBe(false);
    rmSync(ballast);
    expect(await append("soon", "x")).toBe(false);
    pass(1_000);
    expect(await append("after", "x".repeat(10_000))).toBe(true);
    expect(spool.trouble()).toBeUndefined();
    // That which the full disk refused, "still" and "soon".
    expect(spool.counts()).toEqual({ written: kept.length, dropped: new Map([["spool", 3]]) });
    spool.close();
    expect(await readSpool(disk.path)).toEqual({ keys: kept, damage: [] });
    expect(kept.at(-1)).toBe("after:0");
  },
);

testWith(["root", "tmpfs"], "what could not be ended on a full disk is ended later", async () => {
  using disk = smallDisk(65_536);
  const { wallClock, pass } = clock();
  const spool = noteWriter(disk.path, { wallClock, sinks: ["a"], onFull: "reject" });
  // Three of a page, and one that leaves no byte of its own for an end: a layout, and an entry that fills its page.
  expect(await spool.append(noteEntry({ requestId: "a" }))).toBe(true);
  const page = 4_096;
  const empty = segmentBytes(disk.path) + 55;
  expect(await spool.append(noteEntry({ requestId: "b", note: "x".repeat(page + 1 - empty) }))).toBe(true);
  expect(segmentBytes(disk.path)).toBe(page);
  const ballast = join(disk.path, "ballast");
  fillWith(ballast);
  spool.close();
  expect(await unendedSegments(disk.path)).toEqual(segmentNames(disk.path));
  expect(await spool.append(noteEntry({ requestId: "c" }))).toBe(false);
  rmSync(ballast);
  pass(1_000);
  expect(await spool.append(noteEntry({ requestId: "d" }))).toBe(true);
  spool.close();
  expect(await unendedSegments(disk.path)).toEqual([]);
  expect(await readSpool(disk.path)).toEqual({ keys: ["a:0", "b:0", "d:0"], damage: [] });
});

/** Writes a file until the disk is full. */
function fillWith(path: string): void {
  const file = openSync(path, "w");
  try {
    for (;;) writeSync(file, new Uint8Array(4_096));
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause && cause.code === "ENOSPC")) throw cause;
  } finally {
    closeSync(file);
  }
}
