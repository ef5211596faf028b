/** Where lines go to: `process.stderr` is one. */
export interface LineStream {
  /** @returns false while it holds some of what it was given; `drain` tells when it has passed all of it on */
  write(text: string): boolean;
  on(event: "drain", listener: () => void): unknown;
  on(event: "error", listener: (cause: NodeJS.ErrnoException) => void): unknown;
}

export interface LineWriterOptions {
  /** The line that tells how many were dropped. */
  readonly dropLine: (count: number) => string;
  /** Most bytes written at once, in whole lines. Default 4096: up to PIPE_BUF of Linux, several processes share a pipe. */
  readonly maxWriteBytes?: number;
  /** Most bytes that wait for the stream; lines beyond are dropped. Default 1 MiB. */
  readonly maxHeldBytes?: number;
  /** How long a line may wait for others, so that one write takes them all. Default 10. */
  readonly delayMs?: number;
}

interface Batch {
  text: string;
  bytes: number;
}

/**
 * Writes lines in batches, and never waits for the stream: where its reader is too slow it drops lines, counts
 * them, and tells their number once the reader is back.
 */
export class LineWriter {
  private readonly stream: LineStream;
  private readonly options: Required<LineWriterOptions>;
  /** Full batches that the stream does not take yet. */
  private readonly waiting: Batch[] = [];
  private batch: Batch = { text: "", bytes: 0 };
  private heldBytes = 0;
  private isBlocked = false;
  private isGone = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private untoldDrops = 0;
  private drops = 0;
  private readonly onDrained = new Set<() => void>();

  constructor(stream: LineStream, options: LineWriterOptions) {
    this.stream = stream;
    this.options = { maxWriteBytes: 4_096, maxHeldBytes: 1_048_576, delayMs: 10, ...options };
    stream.on("drain", () => this.goOn());
    stream.on("error", (cause) => this.giveUp(cause));
  }

  /** Lines that were dropped so far. */
  get dropped(): number {
    return this.drops;
  }

  /** Takes a line, without its end, to be written within `delayMs`. */
  write(line: string): void {
    const bytes = Buffer.byteLength(line) + 1;
    if (this.isGone || this.heldBytes + bytes > this.options.maxHeldBytes) {
      this.drops++;
      this.untoldDrops++;
    } else this.hold(line, bytes);
  }

  /** Writes what is held, as far as the stream takes it without waiting. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    while (!this.isBlocked && this.heldBytes > 0) {
      if (this.waiting.length === 0) this.endBatch();
      const batch = this.waiting.shift();
      if (batch === undefined) return;
      this.heldBytes -= batch.bytes;
      this.isBlocked = !this.stream.write(batch.text);
    }
  }

  /**
   * Writes what is held, and waits up to `timeoutMs` for the stream to pass it on.
   *
   * @returns false where the stream still holds some
   */
  async drain(timeoutMs: number): Promise<boolean> {
    this.flush();
    if (!this.isBlocked) return true;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.onDrained.add(() => {
        clearTimeout(timer);
        resolve();
      });
    });
    return !this.isBlocked;
  }

  private hold(line: string, bytes: number): void {
    if (this.batch.bytes + bytes > this.options.maxWriteBytes) {
      this.endBatch();
      this.flush();
    }
    this.batch.text += `${line}\n`;
    this.batch.bytes += bytes;
    this.heldBytes += bytes;
    if (!this.isBlocked) this.timer ??= setTimeout(() => this.flush(), this.options.delayMs);
  }

  private endBatch(): void {
    if (this.batch.bytes > 0) this.waiting.push(this.batch);
    this.batch = { text: "", bytes: 0 };
  }

  private goOn(): void {
    this.isBlocked = false;
    this.flush();
    if (this.untoldDrops > 0) {
      const line = this.options.dropLine(this.untoldDrops);
      this.untoldDrops = 0;
      this.hold(line, Buffer.byteLength(line) + 1);
      this.flush();
    }
    if (!this.isBlocked) this.tellDrained();
  }

  /** A reader that left does not come back; after any other failure, such as a full disk, the next line may find room. */
  private giveUp({ code }: NodeJS.ErrnoException): void {
    this.isBlocked = false;
    this.isGone ||= code === "EPIPE";
    this.waiting.length = 0;
    this.batch = { text: "", bytes: 0 };
    this.heldBytes = 0;
    this.tellDrained();
  }

  private tellDrained(): void {
    for (const drained of this.onDrained) drained();
    this.onDrained.clear();
  }
}
