import { openSpoolReader } from "../../adapters/spool/spool-reader.ts";
import {
  openSpoolWriter,
  type SpoolWriter,
  type SpoolWriterOptions,
} from "../../adapters/spool/spool-writer.ts";
import { entryKinds, type SpoolEntry } from "../../core/ports.ts";
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
