import { readFileSync } from "node:fs";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { isFullDisk } from "./disk-failure.ts";
import { isMissing } from "./segment-file.ts";

/** How far somebody has come in one segment. */
export interface SegmentPosition {
  /** Bytes. */
  readonly offset: number;
  /** Records before it. */
  readonly rows: number;
}

/** How far somebody has come, by segment; of those that it does not name, nothing. */
export type SpoolPosition = ReadonlyMap<string, SegmentPosition>;

/** How far a sink has acknowledged; `undefined` where the file is not what `writeCursor` wrote. */
export async function readCursor(dir: string, sink: string): Promise<SpoolPosition | undefined> {
  try {
    return parseCursor(await readFile(cursorPath(dir, sink), "utf8"));
  } catch (cause) {
    if (isMissing(cause)) return new Map();
    throw cause;
  }
}

/** As `readCursor`, at once, and nothing where it cannot be read. */
export function readCursorSync(dir: string, sink: string): SpoolPosition {
  try {
    return parseCursor(readFileSync(cursorPath(dir, sink), "utf8")) ?? new Map();
  } catch (cause) {
    if (cause instanceof Error) return new Map();
    throw cause;
  }
}

/** Puts the position in place of the one before, whole or not at all, also when the machine loses its power. */
export async function writeCursor(dir: string, sink: string, position: SpoolPosition): Promise<void> {
  const path = cursorPath(dir, sink);
  const text = JSON.stringify(Object.fromEntries(position));
  // Somebody may have removed the folder of a running service.
  await mkdir(dir, { recursive: true, mode: 0o700 });
  try {
    await replace(path, text);
  } catch (cause) {
    if (!isFullDisk(cause)) throw cause;
    await rm(`${path}.new`, { force: true });
    if (!(await overwrite(path, text))) throw cause;
  }
}

async function replace(path: string, text: string): Promise<void> {
  const file = await open(`${path}.new`, "w", 0o600);
  try {
    await file.writeFile(text);
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
}

/**
 * Writes into the blocks that the file has on a full disk, where nothing makes room before the cursor says that it may go.
 * What a crash tears there is found to be damaged, and all is sent once more.
 *
 * @returns whether it fits
 */
async function overwrite(path: string, text: string): Promise<boolean> {
  const file = await open(path, "r+");
  try {
    const { size, blocks } = await file.stat();
    // JSON takes the blanks behind it.
    const bytes = new TextEncoder().encode(text.padEnd(size));
    if (bytes.length > blocks * 512) return false;
    await file.write(bytes, 0, bytes.length, 0);
    await file.datasync();
    return true;
  } finally {
    await file.close();
  }
}

function cursorPath(dir: string, sink: string): string {
  return join(dir, `cursor-${sink}.json`);
}

function parseCursor(text: string): SpoolPosition | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined;
    throw cause;
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return undefined;
  const entries = Object.entries(parsed);
  return entries.every(([, value]) => isPosition(value)) ? new Map(entries) : undefined;
}

function isPosition(value: unknown): value is SegmentPosition {
  if (typeof value !== "object" || value === null) return false;
  return "offset" in value && isCount(value.offset) && "rows" in value && isCount(value.rows);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
