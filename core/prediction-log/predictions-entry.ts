import type { Columns } from "../features/columns.ts";
import type { RowId } from "../features/row-id.ts";
import { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";
import type { LogLayout } from "./log-layout.ts";
import type { LogEvent } from "./log-record.ts";

/** The predictions of one request, n_rows of them. */
export interface PredictionsEntry {
  /** Milliseconds since the epoch. */
  readonly timeMs: number;
  readonly latencyMs: number;
  readonly requestId: string;
  readonly event: Exclude<LogEvent, "feedback">;
  /** By row; not read where the layout has no id. */
  readonly ids: readonly (RowId | undefined)[];
  /** At least the features of the layout, as it has them. */
  readonly columns: Columns;
  /** n_rows × n_classes probabilities, or n_rows numbers of a regression. */
  readonly scores: Float32Array;
}

const idKinds = { none: 0, number: 1, text: 2 } as const;

/** Writes what varies from entry to entry: column by column, numbers as the model takes and gives them. */
export function writePredictions(into: ByteWriter, layout: LogLayout, entry: PredictionsEntry): void {
  const { columns, ids, scores } = entry;
  into.float64(entry.timeMs);
  into.float32(entry.latencyMs);
  into.uint8(entry.event === "predict" ? 0 : 1);
  into.uint32(columns.nRows);
  into.text(entry.requestId);
  if (layout.id_name !== undefined) {
    for (let row = 0; row < columns.nRows; row++) writeId(into, ids[row]);
  }
  for (const { name } of layout.features) writeColumn(into, name, columns.values.get(name));
  into.float32s(scores);
}

function writeColumn(
  into: ByteWriter,
  name: string,
  values: Float32Array | readonly string[] | undefined,
): void {
  if (values === undefined) throw new RangeError(`There is no column "${name}" to log`);
  if (values instanceof Float32Array) into.float32s(values);
  else for (const text of values) into.text(text);
}

function writeId(into: ByteWriter, id: RowId | undefined): void {
  if (id === undefined) into.uint8(idKinds.none);
  else if (typeof id === "number") {
    into.uint8(idKinds.number);
    into.float64(id);
  } else {
    into.uint8(idKinds.text);
    into.text(id);
  }
}

/** Reads what `writePredictions` wrote. @throws {RangeError} for bytes that it did not write under this layout */
export function readPredictions(layout: LogLayout, bytes: Uint8Array): PredictionsEntry {
  const from = new ByteReader(bytes);
  const timeMs = from.float64();
  const latencyMs = from.float32();
  const event = from.uint8() === 0 ? "predict" : "predict_proba";
  const nRows = from.uint32();
  // Each row has bytes of its own: more rows than bytes were never written.
  if (nRows > bytes.length) throw new RangeError("The entry has fewer bytes than rows");
  const requestId = from.text();
  const ids = layout.id_name === undefined ? [] : Array.from({ length: nRows }, () => readId(from));
  const values = new Map<string, Float32Array | readonly string[]>();
  for (const { name, kind } of layout.features) {
    values.set(
      name,
      kind === "text" ? Array.from({ length: nRows }, () => from.text()) : from.float32s(nRows),
    );
  }
  const width = layout.task === "regression" ? 1 : layout.classes.length;
  return {
    timeMs,
    latencyMs,
    event,
    requestId,
    ids,
    columns: { nRows, values },
    scores: from.float32s(nRows * width),
  };
}

function readId(from: ByteReader): RowId | undefined {
  const kind = from.uint8();
  if (kind === idKinds.none) return undefined;
  return kind === idKinds.number ? from.float64() : from.text();
}
