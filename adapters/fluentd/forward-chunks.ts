import { Encoder } from "@msgpack/msgpack";
import { ByteWriter } from "../../core/prediction-log/byte-writer.ts";
import type { LogRecord, LogValue, RefusedRecord } from "../../core/prediction-log/log-record.ts";

/** Records of one tag that are acknowledged together. */
export interface ForwardChunk {
  /** What the acknowledgement repeats. */
  readonly id: string;
  /** The whole message, in the mode PackedForward. */
  readonly message: Uint8Array;
}

export interface ChunkOptions {
  readonly tagOf: (record: LogRecord) => string;
  readonly newId: () => string;
  /** Told of a record that is too long. */
  readonly refuse: (refused: RefusedRecord) => void;
}

/** A chunk is not filled further than this; a longer record is a chunk of its own. */
const chunkBytes = 1_048_576;

/**
 * A longer record is refused. Fluent Bit closes the connection above 6 MB (its `buffer_max_size`), and Fluentd loses what does not go into
 * a chunk of its memory buffer, of 8 MB: sent again and again, such a record would hold up all that come after it.
 */
const longestRecord = 4_194_304;

/**
 * Chunks of the records, made one by one as they are asked for: tag by tag, each in the order of the records. The records of a request have
 * one tag, so they stay in their order.
 */
export function* forwardChunks(
  records: readonly LogRecord[],
  options: ChunkOptions,
): Generator<ForwardChunk, void> {
  for (const [tag, ofTag] of Map.groupBy(records, options.tagOf)) yield* chunksOfTag(tag, ofTag, options);
}

function* chunksOfTag(
  tag: string,
  records: readonly LogRecord[],
  { newId, refuse }: ChunkOptions,
): Generator<ForwardChunk, void> {
  // For each, since it keeps the memory of the longest record.
  const encoders = { natural: new Encoder(), float: new Encoder({ forceIntegerToFloat: true }) };
  const entry = new ByteWriter();
  const entries = new ByteWriter();
  let size = 0;
  const chunk = (): ForwardChunk => {
    const id = newId();
    const message = encoders.natural.encode([tag, entries.written(), { chunk: id, size }]);
    entries.begin();
    size = 0;
    return { id, message };
  };
  for (const record of records) {
    entry.begin();
    writeEntry(entry, record, encoders);
    if (entry.length > longestRecord) {
      refuse({ record, reason: `It takes ${entry.length} bytes, and ${longestRecord} are the most` });
      continue;
    }
    if (size > 0 && entries.length + entry.length > chunkBytes) yield chunk();
    entries.raw(entry.written());
    size++;
  }
  if (size > 0) yield chunk();
}

interface Encoders {
  readonly natural: Encoder;
  /** Writes every number as a float64. */
  readonly float: Encoder;
}

/**
 * Elasticsearch takes the type of a field from the first value that it sees: were a probability of 1 sent as a whole number, 0.98 would
 * later be indexed as 0. So what may have a fraction always is a float.
 */
const fractional = /^(features|proba_\d+|prediction|truth|latency_ms)$/;

/** `[EventTime, record]` */
function writeEntry(into: ByteWriter, { timeMs, fields }: LogRecord, encoders: Encoders): void {
  const names = Object.keys(fields);
  into.uint8(0x92);
  into.raw(eventTime(timeMs));
  writeMapHeader(into, names.length);
  for (const name of names) {
    const value: LogValue = fields[name] ?? null;
    into.raw(encoders.natural.encodeSharedRef(name));
    into.raw((fractional.test(name) ? encoders.float : encoders.natural).encodeSharedRef(value));
  }
}

/** Seconds and nanoseconds, as the extension type 0 of 8 bytes. */
function eventTime(timeMs: number): Uint8Array {
  const bytes = new Uint8Array(10);
  const view = new DataView(bytes.buffer);
  const seconds = Math.floor(timeMs / 1000);
  view.setUint8(0, 0xd7);
  view.setUint8(1, 0);
  view.setUint32(2, seconds);
  view.setUint32(6, Math.floor((timeMs - seconds * 1000) * 1e6));
  return bytes;
}

/** Of at most 65 535 fields; the encoder makes headers for maps only together with what is in them. */
function writeMapHeader(into: ByteWriter, size: number): void {
  if (size > 0xffff) throw new RangeError(`A record has ${size} fields`);
  if (size < 16) into.uint8(0x80 | size);
  else {
    into.uint8(0xde);
    into.uint8(size >> 8);
    into.uint8(size & 0xff);
  }
}
