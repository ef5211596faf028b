// Appends to the spool in a folder until it is killed, and says of each entry that it is kept: `bun write-spool.ts <dir> <durability>`.
import { writeSync } from "node:fs";
import { noteEntry, noteWriter } from "./spool-entries.ts";

const [dir = "", durability] = process.argv.slice(2);
const spool = noteWriter(dir, {
  maxBytes: 268_435_456,
  durability: durability === "disk" ? "disk" : "process",
  wallClock: () => Date.now(),
});
for (let at = 0; ; at++) {
  // Entries of several lengths, several in a turn.
  const ids = Array.from({ length: 1 + (at % 5) }, (_, index) => `${process.pid}-${at}-${index}`);
  const entries = ids.map((requestId, index) =>
    noteEntry({ requestId, note: "x".repeat((at * 37 + index) % 900) }),
  );
  const kept = await Promise.all(entries.map((entry) => spool.append(entry)));
  const told = ids.filter((_, index) => kept[index] === true).map((id) => `${id}:0\n`);
  writeSync(1, told.join(""));
}
