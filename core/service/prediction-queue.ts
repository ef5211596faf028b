import type { Columns } from "../features/columns.ts";
import { joinColumns, sliceRows } from "../features/rows.ts";

export interface QueueOptions {
  /** Scores of n_rows: n_rows × `width`, row-major. */
  readonly score: (columns: Columns) => Promise<Float32Array>;
  /** Numbers of a row's scores. */
  readonly width: number;
  /** Whether rows of several requests may be scored at once. */
  readonly join: boolean;
  /** Runs work once what is ready now has been handled, such as `setImmediate`. */
  readonly schedule: (work: () => void) => void;
  /** Monotonic, in milliseconds. */
  readonly now: () => number;
  /** Called with the rows of each run. */
  readonly onRun: (nRows: number) => void;
  /** Called with the time that each request waited until its first rows ran. */
  readonly onWait: (waitedMs: number) => void;
}

/** Rows on their way through the model. */
export interface PredictionQueue {
  /**
   * Scores of n_rows, in their order: n_rows × width.
   * Rejects with what the model threw at these very rows; those of other requests are scored all the same.
   */
  score(columns: Columns): Promise<Float32Array>;
  /** Rows that are not scored yet. */
  waitingRows(): number;
}

/** One run takes no longer than a few milliseconds, after which other requests have their turn. */
const rowsOfRun = 1_024;

/**
 * A queue that scores together what came in one turn of the event loop, and a long request in parts between others:
 * a model's call costs more than a few rows, and nobody waits for a request that is not theirs.
 */
export function predictionQueue(options: QueueOptions): PredictionQueue {
  const queue = new Queue(options);
  return {
    score: (columns) => queue.add(columns),
    waitingRows: () => queue.waitingRows,
  };
}

interface Waiting {
  readonly columns: Columns;
  readonly sinceMs: number;
  readonly resolve: (scores: Float32Array) => void;
  readonly reject: (cause: unknown) => void;
}

interface LongWaiting extends Waiting {
  readonly scores: Float32Array;
  done: number;
}

class Queue {
  waitingRows = 0;
  private readonly options: QueueOptions;
  private short: Waiting[] = [];
  private readonly long: LongWaiting[] = [];
  private scheduled = false;

  constructor(options: QueueOptions) {
    this.options = options;
  }

  add(columns: Columns): Promise<Float32Array> {
    const { nRows } = columns;
    this.waitingRows += nRows;
    const sinceMs = this.options.now();
    const scored = new Promise<Float32Array>((resolve, reject) => {
      if (nRows <= rowsOfRun) this.short.push({ columns, sinceMs, resolve, reject });
      else {
        const scores = new Float32Array(nRows * this.options.width);
        this.long.push({ columns, sinceMs, resolve, reject, scores, done: 0 });
      }
    });
    this.schedule();
    return scored;
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    this.options.schedule(() => void this.turn());
  }

  /** One run of the short requests and one part of a long one. */
  private async turn(): Promise<void> {
    const batch = this.takeBatch();
    if (batch.length > 0) {
      const nowMs = this.options.now();
      for (const { sinceMs } of batch) this.options.onWait(nowMs - sinceMs);
      await this.runBatch(batch);
    }
    await this.runPart();
    this.scheduled = false;
    if (this.short.length > 0 || this.long.length > 0) this.schedule();
  }

  private takeBatch(): readonly Waiting[] {
    const { short } = this;
    let count = 0;
    let nRows = 0;
    for (const { columns } of short) {
      if (count > 0 && (!this.options.join || nRows + columns.nRows > rowsOfRun)) break;
      nRows += columns.nRows;
      count++;
    }
    this.short = count === short.length ? [] : short.slice(count);
    return count === short.length ? short : short.slice(0, count);
  }

  private async runBatch(batch: readonly Waiting[]): Promise<void> {
    try {
      const scores = await this.run(joinColumns(batch.map(({ columns }) => columns)));
      let start = 0;
      for (const { columns, resolve } of batch) {
        const end = start + columns.nRows * this.options.width;
        resolve(batch.length === 1 ? scores : scores.subarray(start, end));
        start = end;
        this.waitingRows -= columns.nRows;
      }
    } catch (cause) {
      const [first] = batch;
      if (batch.length > 1) {
        // Alone, so that only the request fails whose rows the model cannot take.
        for (const waiting of batch) await this.runBatch([waiting]);
      } else if (first !== undefined) {
        this.waitingRows -= first.columns.nRows;
        first.reject(cause);
      }
    }
  }

  private async runPart(): Promise<void> {
    const [next] = this.long;
    if (next === undefined) return;
    const { columns, scores } = next;
    if (next.done === 0) this.options.onWait(this.options.now() - next.sinceMs);
    const size = Math.min(rowsOfRun, columns.nRows - next.done);
    try {
      scores.set(await this.run(sliceRows(columns, next.done, size)), next.done * this.options.width);
      next.done += size;
      this.waitingRows -= size;
      if (next.done < columns.nRows) return;
      next.resolve(scores);
    } catch (cause) {
      this.waitingRows -= columns.nRows - next.done;
      next.reject(cause);
    }
    this.long.shift();
  }

  /** @throws {RangeError} when the model answers another number of rows: they would be taken for other rows' answers */
  private async run(columns: Columns): Promise<Float32Array> {
    const { score, width, onRun } = this.options;
    onRun(columns.nRows);
    const scores = await score(columns);
    if (scores.length === columns.nRows * width) return scores;
    throw new RangeError(`The model answered ${scores.length / width} rows of ${columns.nRows}`);
  }
}
