const [newline, carriageReturn, space, quote, gzipStart] = [10, 13, 32, 34, 0x1f];

export interface LinesWanted {
  /** How many are enough, those with nothing in them apart. */
  readonly lines: number;
  /** Whether a line may go on within quotes, as in CSV. */
  readonly quotes: boolean;
}

/** Finds the end of the first lines of a text that comes in pieces. */
export class LineCounter {
  private missing: number;
  private readonly quotes: boolean;
  private isQuoted = false;
  private isBlank = true;
  private isFirst = true;

  constructor({ lines, quotes }: LinesWanted) {
    this.missing = lines;
    this.quotes = quotes;
  }

  /** How much of this piece belongs to the lines that are wanted, if they end in it; compressed bytes never do. */
  endIn(chunk: Uint8Array): number | undefined {
    if (this.isFirst && chunk[0] === gzipStart) this.missing = Number.POSITIVE_INFINITY;
    this.isFirst = false;
    if (this.missing === Number.POSITIVE_INFINITY) return undefined;
    for (let index = 0; index < chunk.length && this.missing > 0; index++)
      this.take(chunk[index] ?? 0, index);
    return this.missing > 0 ? undefined : this.end;
  }

  private end = 0;

  private take(byte: number, index: number): void {
    if (byte === newline && !this.isQuoted) {
      if (!this.isBlank) this.missing -= 1;
      this.isBlank = true;
      this.end = index + 1;
    } else if (byte !== carriageReturn && byte !== space) this.isBlank = false;
    if (byte === quote && this.quotes) this.isQuoted = !this.isQuoted;
  }
}
