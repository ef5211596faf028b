import { type FileHandle, mkdir, open, rename } from "node:fs/promises";
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
  // Somebody may have removed the folder of a running service.
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const file = await open(path, "a+", 0o600);
  let sizeBytes: number;
  try {
    sizeBytes = await appendWhole(file, `${lines.join("\n")}\n`);
  } finally {
    await file.close();
  }
  if (sizeBytes > mostBytes) await rename(path, `${path}.1`);
}

/** Appends whole lines, or nothing; behind a line that a crash has torn, new ones begin. @returns the size of the file */
async function appendWhole(file: FileHandle, text: string): Promise<number> {
  const { size } = await file.stat();
  const last = new Uint8Array(1);
  const isTorn = size > 0 && (await file.read(last, 0, 1, size - 1)).bytesRead === 1 && last[0] !== 0x0a;
  try {
    await file.appendFile(isTorn ? `\n${text}` : text);
    await file.datasync();
  } catch (cause) {
    await file.truncate(size);
    throw cause;
  }
  return (await file.stat()).size;
}
