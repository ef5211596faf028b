import type { RowId } from "../features/row-id.ts";
import { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";

/** What became of one prediction, which is named by the row's id, or by its request and row. */
export interface Feedback {
  readonly id?: RowId;
  readonly request_id?: string;
  /** Of that request, from 0 on. */
  readonly row?: number;
  /** The class, or the number, that it really was. */
  readonly truth: string | number;
}

/** The truths of one request. */
export interface FeedbackEntry {
  /** Milliseconds since the epoch. */
  readonly timeMs: number;
  readonly requestId: string;
  readonly truths: readonly Feedback[];
}

/** Writes them as JSON: they are few. */
export function writeFeedback(into: ByteWriter, entry: FeedbackEntry): void {
  into.text(JSON.stringify(entry));
}

/** Reads what `writeFeedback` wrote. */
export function readFeedback(bytes: Uint8Array): FeedbackEntry {
  // The checksum around it says that it is what was written.
  return JSON.parse(new ByteReader(bytes).text()) as FeedbackEntry;
}
