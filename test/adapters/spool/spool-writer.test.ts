import { expect, test } from "bun:test";
import { join } from "node:path";
import { noteEntry, noteWriter, readSpool } from "../../support/spool-entries.ts";
import { tempDir } from "../../support/temp-dir.ts";

test("what was appended is read back, row by row", async () => {
  using dir = tempDir();
  const spool = noteWriter(join(dir.path, "spool"));
  expect(await spool.append(noteEntry({ requestId: "a", rows: 2 }))).toBe(true);
  expect(await spool.append(noteEntry({ requestId: "b" }))).toBe(true);
  spool.close();
  expect(await readSpool(join(dir.path, "spool"))).toEqual({ keys: ["a:0", "a:1", "b:0"], damage: [] });
  expect(spool.counts()).toEqual({ written: 3, dropped: new Map() });
});
