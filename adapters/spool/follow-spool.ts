import { type FSWatcher, watch } from "node:fs";
import type { LogRecord } from "../../core/prediction-log/log-record.ts";
import { openSpoolReader, type SpoolReaderOptions } from "./spool-reader.ts";

export interface FollowOptions extends SpoolReaderOptions {
  /** Ends it. */
  readonly signal: AbortSignal;
  /** How often is looked where the file system says nothing of changes, as over a network. */
  readonly pollMs?: number;
}

/** Records that come together are written at once: one look is enough for them. */
const burstMs = 50;
const batchBytes = 262_144;
const mostBatches = 16;

/** New records as they are kept, those of one look in the order of their time. The folder may come later. */
export async function* followSpool(options: FollowOptions): AsyncGenerator<readonly LogRecord[], void> {
  const { signal, pollMs = 1_000 } = options;
  const reader = openSpoolReader(options);
  while (!signal.aborted) {
    // Listened to before the look: what comes during it is seen by the next.
    using change = nextChange(options.dir, signal, pollMs);
    const records: LogRecord[] = [];
    let isAll = false;
    for (let batch = 0; batch < mostBatches && !isAll; batch++) {
      const next = await reader.next(batchBytes);
      records.push(...next.records);
      isAll = next.records.length === 0;
    }
    if (records.length > 0) yield records.sort((a, b) => a.timeMs - b.timeMs);
    if (isAll) await change.happened;
  }
}

/** Settles with the next change in a folder, a moment after it, and in any case after `pollMs`. */
function nextChange(dir: string, signal: AbortSignal, pollMs: number) {
  const { promise, resolve } = Promise.withResolvers<void>();
  let timer = setTimeout(resolve, pollMs);
  let isTold = false;
  const watcher = listen(dir, () => {
    if (isTold) return;
    isTold = true;
    clearTimeout(timer);
    timer = setTimeout(resolve, burstMs);
  });
  const end = () => resolve();
  signal.addEventListener("abort", end);
  return {
    happened: promise,
    [Symbol.dispose]() {
      clearTimeout(timer);
      watcher?.close();
      signal.removeEventListener("abort", end);
    },
  };
}

/** Without events, where there is no folder yet or the system has none to give, there is still the polling. */
function listen(dir: string, happened: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(dir, happened);
    watcher.on("error", () => watcher.close());
    return watcher;
  } catch (cause) {
    if (cause instanceof Error) return undefined;
    throw cause;
  }
}
