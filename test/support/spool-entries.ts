import { readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { endFrame, nameSegment, sealOf, withSegment } from "../../adapters/spool/segment-file.ts";
import type { SegmentWriter } from "../../adapters/spool/segment-writer-identity.ts";
import { openSpoolReader } from "../../adapters/spool/spool-reader.ts";
import {
  openSpoolWriter,
  type SpoolWriter,
  type SpoolWriterOptions,
} from "../../adapters/spool/spool-writer.ts";
import { entryKinds, type SpoolEntry } from "../../core/ports.ts";
import { ByteWriter } from "../../core/prediction-log/byte-writer.ts";
import { frameKinds, type NewFrame, writeFrame } from "../../core/prediction-log/frame.ts";
import type { LogLayout } from "../../core/prediction-log/log-layout.ts";
import { writePredictions } from "../../core/prediction-log/predictions-entry.ts";

/** The layout of a model with one feature, a text, and two classes. */
export const noteLayout: LogLayout = {
  schema_version: 1,
  model: { id: "m", name: "notes", version: "1", creation_time: "2026-11-24T03:00:00.000Z" },
  task: "classification",
  classes: ["good", "bad"],
  features: [{ name: "note", kind: "text" }],
  n_best: 1,
  time_zone: "UTC",
};

export interface NoteEntry {
  readonly requestId: string;
  /** Default: one. */
  readonly rows?: number;
  /** The value of the feature, in each row. */
  readonly note?: string;
  readonly layout?: LogLayout;
}

/** The predictions of one request. */
export function noteEntry({ requestId, rows = 1, note = "n", layout = noteLayout }: NoteEntry): SpoolEntry {
  const values = new Map([["note", Array.from({ length: rows }, () => note)]]);
  const scores = Float32Array.from({ length: 2 * rows }, (_, index) => (index % 2 === 0 ? 0.75 : 0.25));
  return {
    kind: entryKinds.predictions,
    layout,
    nRecords: rows,
    encode: (into) =>
      writePredictions(into, layout, {
        timeMs: Date.UTC(2026, 10, 24),
        latencyMs: 1,
        requestId,
        event: "predict",
        ids: [],
        columns: { nRows: rows, values },
        scores,
      }),
  };
}

/** A writer of a folder with room for a mebibyte, so that a segment has 16 KiB, that waits for no disk. */
export function noteWriter(dir: string, options: Partial<SpoolWriterOptions> = {}): SpoolWriter {
  return openSpoolWriter({
    dir,
    maxBytes: 1_048_576,
    durability: "process",
    onFull: "drop_oldest",
    sinks: [],
    wallClock: () => Date.UTC(2026, 10, 24),
    ...options,
  });
}

export interface SpoolContents {
  /** The keys of the records, in the order of the reader. */
  readonly keys: readonly string[];
  readonly damage: readonly string[];
}

/** All that a reader finds in a folder. */
export async function readSpool(dir: string, aboutBytes = 4_096): Promise<SpoolContents> {
  const damage: string[] = [];
  const reader = openSpoolReader({ dir, from: new Map(), onDamage: (text) => damage.push(text) });
  const keys: string[] = [];
  for (;;) {
    const { records } = await reader.next(aboutBytes);
    if (records.length === 0) return { keys, damage };
    keys.push(...records.map(({ key }) => key));
  }
}

/** The names of a folder's segments, the oldest first. */
export function segmentNames(dir: string): string[] {
  return readdirSync(dir)
    .filter((name) => name.endsWith(".log"))
    .sort();
}

/** Bytes of all segments of a folder. */
export function segmentBytes(dir: string): number {
  return segmentNames(dir).reduce((sum, name) => sum + statSync(join(dir, name)).size, 0);
}

/** The names of those that have no end frame. */
export async function unendedSegments(dir: string): Promise<string[]> {
  const unended: string[] = [];
  for (const name of segmentNames(dir)) {
    const end = await withSegment(dir, name, "r", async (file) =>
      endFrame(file, (await file.handle.stat()).size),
    );
    if (end === undefined) unended.push(name);
  }
  return unended;
}

export interface RawSegment {
  readonly dir: string;
  readonly entries: readonly NoteEntry[];
  readonly writer: SegmentWriter;
  /** Default: `rawName`. */
  readonly name?: string;
  /** Default: false. */
  readonly isEnded?: boolean;
}

/** The name of a segment that `rawSegment` makes. */
export const rawName = nameSegment(Date.UTC(2026, 10, 24), 0x1234abcd);

/**
 * Writes a segment as a process leaves it.
 *
 * @returns its bytes, and where its frames begin: the head, the entries, the end
 */
export function rawSegment({ dir, entries, writer, name = rawName, isEnded = false }: RawSegment) {
  const seal = sealOf(name);
  const into = new ByteWriter();
  const starts: number[] = [];
  const add = (frame: NewFrame) => {
    starts.push(into.length);
    writeFrame(into, frame, seal);
  };
  const head = new TextEncoder().encode(JSON.stringify({ layout: noteLayout, writer }));
  add({ kind: frameKinds.layout, nRecords: 0, encode: (to) => to.raw(head) });
  for (const entry of entries) {
    const { kind, nRecords, encode } = noteEntry(entry);
    add({ kind, nRecords, encode });
  }
  const nRecords = entries.reduce((sum, { rows = 1 }) => sum + rows, 0);
  if (isEnded) add({ kind: frameKinds.end, nRecords, encode: () => undefined });
  const bytes = into.written().slice();
  writeFileSync(join(dir, name), bytes);
  return { bytes, starts };
}
