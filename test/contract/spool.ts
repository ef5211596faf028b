import { describe, expect, test } from "bun:test";
import type { Spool } from "../../core/ports.ts";
import { writeFeedback } from "../../core/prediction-log/feedback-entry.ts";
import type { LogRecord } from "../../core/prediction-log/log-record.ts";
import { noteEntry, noteLayout } from "../support/spool-entries.ts";

export interface CheckedSpool {
  readonly spool: Spool;
  /** All that is kept. */
  records(): Promise<readonly LogRecord[]>;
  /** From now on nothing can be kept. */
  fail(): void;
  /** It can again. */
  mend(): void;
  [Symbol.dispose](): void;
}

/** What every spool promises. */
export function checkSpool(name: string, open: () => CheckedSpool): void {
  describe(`spool: ${name}`, () => {
    test("keeps the rows of every entry, in their order", async () => {
      using checked = open();
      const { spool } = checked;
      const all = [
        spool.append(noteEntry({ requestId: "a", rows: 2, note: "weiß" })),
        spool.append(noteEntry({ requestId: "b", layout: { ...noteLayout, time_zone: "Asia/Kolkata" } })),
        spool.append({
          kind: 2,
          layout: noteLayout,
          nRecords: 1,
          encode: (into) =>
            writeFeedback(into, {
              timeMs: 0,
              requestId: "c",
              truths: [{ request_id: "a", row: 1, truth: "bad" }],
            }),
        }),
      ];
      expect(await Promise.all(all)).toEqual([true, true, true]);
      const records = await checked.records();
      expect(records.map(({ key }) => key)).toEqual(["a:0", "a:1", "b:0", "c:0"]);
      expect(records.map(({ fields }) => fields["timestamp"])).toEqual([
        "2026-11-24T00:00:00.000Z",
        "2026-11-24T00:00:00.000Z",
        "2026-11-24T05:30:00.000+05:30",
        "1970-01-01T00:00:00.000Z",
      ]);
      expect(records[1]?.fields).toMatchObject({
        features: { note: "weiß" },
        class_1: "good",
        proba_1: 0.75,
      });
      expect(records[3]?.fields).toMatchObject({ predicted_request_id: "a", predicted_row: 1, truth: "bad" });
      expect(spool.lost()).toBe(0);
      expect(spool.trouble()).toBeUndefined();
    });

    test("takes an entry's bytes at once", async () => {
      using checked = open();
      let isEncoded = false;
      const entry = noteEntry({ requestId: "a" });
      const appended = checked.spool.append({
        ...entry,
        encode: (into) => {
          isEncoded = true;
          entry.encode(into);
        },
      });
      expect(isEncoded).toBe(true);
      await appended;
    });

    test("counts what it cannot keep, says why, and keeps again what comes later", async () => {
      using checked = open();
      const { spool } = checked;
      checked.fail();
      expect(await spool.append(noteEntry({ requestId: "a", rows: 3 }))).toBe(false);
      expect(spool.lost()).toBe(3);
      expect(spool.trouble()).toMatch(/./);
      checked.mend();
      expect(spool.trouble()).toBeUndefined();
      expect(await spool.append(noteEntry({ requestId: "b" }))).toBe(true);
      expect((await checked.records()).map(({ key }) => key)).toEqual(["b:0"]);
      expect(spool.lost()).toBe(3);
    });

    test("an entry that cannot be encoded fails alone", async () => {
      using checked = open();
      const { spool } = checked;
      const entry = noteEntry({ requestId: "b" });
      const encode = () => {
        throw new RangeError("There is no such column");
      };
      const before = spool.append(noteEntry({ requestId: "a" }));
      await expect((async () => await spool.append({ ...entry, encode }))()).rejects.toThrow(
        "no such column",
      );
      expect(await Promise.all([before, spool.append(entry)])).toEqual([true, true]);
      expect((await checked.records()).map(({ key }) => key)).toEqual(["a:0", "b:0"]);
    });
  });
}
