import { expect, test } from "bun:test";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { readCursor, readCursorSync, writeCursor } from "../../../adapters/spool/cursor-file.ts";
import { fillDisk, smallDisk } from "../../support/small-disk.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { testWith } from "../../support/tools.ts";

const position = new Map([
  ["1795478400000-00000001.log", { offset: 120, rows: 2 }],
  ["1795478400000-00000002.log", { offset: 0, rows: 0 }],
]);

test("a cursor is read as it was written, each sink's for itself", async () => {
  using dir = tempDir();
  await writeCursor(dir.path, "a", new Map());
  await writeCursor(dir.path, "a", position);
  await writeCursor(dir.path, "b", new Map());
  expect(await readCursor(dir.path, "a")).toEqual(position);
  expect(readCursorSync(dir.path, "a")).toEqual(position);
  expect(await readCursor(dir.path, "b")).toEqual(new Map());
  expect(readdirSync(dir.path).sort()).toEqual(["cursor-a.json", "cursor-b.json"]);
});

test("a cursor that there is not, or whose folder there is not, is at the beginning", async () => {
  using dir = tempDir();
  expect(await readCursor(dir.path, "a")).toEqual(new Map());
  expect(await readCursor(join(dir.path, "spool"), "a")).toEqual(new Map());
  expect(readCursorSync(dir.path, "a")).toEqual(new Map());
});

test("writeCursor() makes the folder that somebody removed", async () => {
  using dir = tempDir();
  const path = join(dir.path, "spool");
  await writeCursor(path, "a", position);
  rmSync(path, { recursive: true });
  await writeCursor(path, "a", position);
  expect(await readCursor(path, "a")).toEqual(position);
});

test.each([
  "",
  '{"1795478400000-00000001.log":{"offset":120,"ro',
  "null",
  "[]",
  '"text"',
  '{"1795478400000-00000001.log":120}',
  '{"1795478400000-00000001.log":{"offset":"120","rows":2}}',
  '{"1795478400000-00000001.log":{"offset":-1,"rows":2}}',
  '{"1795478400000-00000001.log":{"offset":1.5,"rows":2}}',
  '{"1795478400000-00000001.log":{"offset":120}}',
])("readCursor() tells that a cursor is damaged: %p", async (text) => {
  using dir = tempDir();
  await dir.write({ "cursor-a.json": text });
  expect(await readCursor(dir.path, "a")).toBeUndefined();
  expect(readCursorSync(dir.path, "a")).toEqual(new Map());
});

testWith(
  ["tmpfs"],
  "on a full disk a cursor is written where the last one is, if it is no longer",
  async () => {
    using disk = smallDisk(65_536);
    await writeCursor(disk.path, "a", position);
    const later = new Map([["1795478400000-00000001.log", { offset: 9_000_000, rows: 90_000 }]]);
    fillDisk(disk.path);
    await writeCursor(disk.path, "a", later);
    expect(await readCursor(disk.path, "a")).toEqual(later);
    await writeCursor(disk.path, "a", position);
    expect(readCursorSync(disk.path, "a")).toEqual(position);
    // Beyond the block that it has, it stays as it was.
    const long = new Map(
      Array.from({ length: 200 }, (_, at) => [
        `1795478400000-${String(at).padStart(8, "0")}.log`,
        { offset: 1, rows: 1 },
      ]),
    );
    await expect(writeCursor(disk.path, "a", long)).rejects.toThrow("ENOSPC");
    expect(await readCursor(disk.path, "a")).toEqual(position);
  },
);
