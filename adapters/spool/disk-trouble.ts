import { failureText, isDiskFailure } from "./disk-failure.ts";

const retryEveryMs = 1_000;

/** Keeps what a disk does from whoever writes to it: it is tried, and left alone for a while where it fails. */
export class DiskTrouble {
  private readonly dir: string;
  private readonly wallClock: () => number;
  private triedMs = Number.NEGATIVE_INFINITY;
  private text: string | undefined;
  private blocks = false;

  /** @param wallClock  in milliseconds */
  constructor(dir: string, wallClock: () => number) {
    this.dir = dir;
    this.wallClock = wallClock;
  }

  /** Why the disk cannot be written, in words for an operator; `undefined` while it can. */
  get reason(): string | undefined {
    return this.text;
  }

  /** Whether it could not be written a moment ago, so that it would fail again. */
  get isFresh(): boolean {
    return this.text !== undefined && this.blocks && !this.isDue();
  }

  /** Whether it was not tried for a while; so it is also where the clock was set back. */
  isDue(): boolean {
    return Math.abs(this.wallClock() - this.triedMs) >= retryEveryMs;
  }

  /**
   * Does the work, and once more where the remedy says that something was done about the failure.
   *
   * @returns whether the disk took it
   */
  overcome(work: () => void, remedy: (failure: Error) => boolean): boolean {
    const first = failureOf(work);
    let failure = first;
    if (first !== undefined) {
      failure = failureOf(() => {
        if (!remedy(first)) throw first;
        work();
      });
    }
    if (failure !== undefined) this.tell(failure);
    else if (this.blocks || this.isDue()) this.text = undefined;
    return failure === undefined;
  }

  /** Takes note of a failure, and leaves the disk alone for a while. */
  tell(failure: Error): void {
    this.note(failure);
    this.blocks = true;
  }

  /** Takes note of a failure that keeps nothing from being written; it is told of for a while. */
  note(failure: Error): void {
    this.text = failureText(failure, this.dir);
    this.triedMs = this.wallClock();
    this.blocks = false;
  }
}

function failureOf(work: () => void): Error | undefined {
  try {
    work();
    return undefined;
  } catch (cause) {
    if (isDiskFailure(cause)) return cause;
    throw cause;
  }
}
