import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openSpoolReader } from "../../../adapters/spool/spool-reader.ts";
import { checkSpool } from "../../contract/spool.ts";
import { memorySpool } from "../../support/memory-spool.ts";
import { noteWriter } from "../../support/spool-entries.ts";
import { tempDir } from "../../support/temp-dir.ts";

checkSpool("of the tests, in memory", () => {
  const spool = memorySpool();
  return {
    spool,
    records: async () => spool.records(),
    fail: () => spool.fail("it was told to fail"),
    mend: () => spool.fail(undefined),
    [Symbol.dispose]: () => undefined,
  };
});

for (const durability of ["process", "disk"] as const) {
  checkSpool(`on disk, with durability ${durability}`, () => {
    const temp = tempDir();
    const dir = join(temp.path, "spool");
    let nowMs = Date.UTC(2026, 10, 24);
    const spool = noteWriter(dir, { durability, wallClock: () => nowMs });
    return {
      spool,
      records: async () => {
        const onDamage = (text: string) => {
          throw new RangeError(text);
        };
        return (await openSpoolReader({ dir, from: new Map(), onDamage }).next(1_048_576)).records;
      },
      fail: () => writeFileSync(dir, "somebody's file"),
      mend: () => {
        rmSync(dir);
        nowMs += 1_000;
      },
      [Symbol.dispose]: () => {
        spool.close();
        temp[Symbol.dispose]();
      },
    };
  });
}
