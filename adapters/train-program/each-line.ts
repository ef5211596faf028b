import type { Readable } from "node:stream";

/** Longer lines are cut: a progress bar, or data printed by mistake, may never end one. */
const longestLine = 4_096;

/**
 * Reads lines from a stream of UTF-8, ended by `\n`, `\r` or both, however long they are: what is behind the first 4,096
 * characters of one is left out.
 *
 * @returns once the stream has closed
 */
export function eachLine(stream: Readable, onLine: (line: string) => void): Promise<void> {
  const cutter = new LineCutter(onLine);
  stream.setEncoding("utf8").on("data", (text: string) => cutter.take(text));
  return new Promise((resolve) => {
    stream.once("close", () => {
      cutter.end();
      resolve();
    });
  });
}

class LineCutter {
  readonly #onLine: (line: string) => void;
  #line = "";
  #isCut = false;
  #endedByReturn = false;

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  take(text: string): void {
    const rest = this.#endedByReturn && text.startsWith("\n") ? text.slice(1) : text;
    this.#endedByReturn = text.endsWith("\r");
    const pieces = rest.split(/\r\n|\n|\r/);
    for (const [index, piece] of pieces.entries()) {
      this.#add(piece);
      if (index < pieces.length - 1) this.#endLine();
    }
  }

  end(): void {
    if (this.#line !== "") this.#endLine();
  }

  #add(piece: string): void {
    const room = longestLine - this.#line.length;
    this.#line += piece.slice(0, room);
    this.#isCut ||= piece.length > room;
  }

  #endLine(): void {
    this.#onLine(this.#isCut ? `${this.#line}…` : this.#line);
    this.#line = "";
    this.#isCut = false;
  }
}
