import type { LogRecord } from "./log-record.ts";

export interface RecordBatchesOptions {
  readonly wanted: (record: LogRecord) => boolean;
  /** Records of a batch; the last may have fewer. */
  readonly size: number;
}

/** The records that are wanted, in batches that are not empty. */
export async function* recordBatches(
  records: AsyncIterable<LogRecord>,
  { wanted, size }: RecordBatchesOptions,
): AsyncGenerator<readonly LogRecord[], undefined> {
  let batch: LogRecord[] = [];
  for await (const record of records) {
    if (!wanted(record)) continue;
    batch.push(record);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
