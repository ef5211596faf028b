import { open, rename } from "node:fs/promises";
import { join } from "node:path";
import type { RefusedRecord } from "../../core/prediction-log/log-record.ts";

/** A file that grows beyond is put aside, and takes the place of the one that was put aside before. */
const mostBytes = 67_108_864;

/** Sets records aside that a sink will never take: lines of JSON in `dead-letter-<sink>.ndjson`. */
export async function appendDeadLetters(
  dir: string,
  sink: string,
  refused: readonly RefusedRecord[],
): Promise<void> {
  if (refused.length === 0) return;
  const path = join(dir, `dead-letter-${sink}.ndjson`);
  const time = new Date().toISOString();
  const lines = refused.map(({ record, reason }) => JSON.stringify({ time, reason, record: record.fields }));
  const file = await open(path, "a", 0o600);
  let isLong: boolean;
  try {
    await file.appendFile(`${lines.join("\n")}\n`);
    await file.datasync();
    isLong = (await file.stat()).size > mostBytes;
  } finally {
    await file.close();
  }
  if (isLong) await rename(path, `${path}.1`);
}
