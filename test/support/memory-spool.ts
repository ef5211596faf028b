import type { Spool } from "../../core/ports.ts";
import { ByteWriter } from "../../core/prediction-log/byte-writer.ts";
import { entryReader } from "../../core/prediction-log/entry-records.ts";
import type { LogRecord } from "../../core/prediction-log/log-record.ts";

export interface MemorySpool extends Spool {
  /** What is kept, read back from its bytes. */
  records(): readonly LogRecord[];
  /** From now on nothing can be kept; `undefined`: it can again. */
  fail(trouble: string | undefined): void;
  /** Makes the appends from now on wait until it is called again with false. */
  hold(held: boolean): void;
}

/** Stands at the Spool port: keeps entries in memory. */
export function memorySpool(): MemorySpool {
  const into = new ByteWriter();
  const records: LogRecord[] = [];
  let trouble: string | undefined;
  let lost = 0;
  let gate = Promise.withResolvers<void>();
  gate.resolve();
  return {
    append: async ({ kind, layout, nRecords, encode }) => {
      if (trouble !== undefined) {
        lost += nRecords;
        return false;
      }
      into.begin();
      encode(into);
      records.push(...entryReader(layout)(kind, into.written().slice()));
      await gate.promise;
      return true;
    },
    trouble: () => trouble,
    lost: () => lost,
    records: () => records,
    fail: (next) => {
      trouble = next;
    },
    hold: (held) => {
      if (held) gate = Promise.withResolvers<void>();
      else gate.resolve();
    },
  };
}
