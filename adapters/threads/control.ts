/** Numbers of a step that a part can be told. */
const mostNumbers = 16;
/** Parts of a step: what fits beside its turn in one word. */
const mostParts = 0xffff;
/** Bytes of what a part that failed has to say. */
const messageBytes = 1_000;
/** Looks at a word before a thread sleeps on it: to sleep and be woken costs about as long. */
const looksBeforeSleep = 2_000;

/** Places of the words. */
const step = 0;
const done = 1;
const ended = 2;
const failed = 3;
const messageLength = 4;
const wordsBytes = 64;
const numbersBytes = 8 * mostNumbers;

/**
 * What the threads of a team agree on, in memory that all of them see.
 * One word says whose turn it is, which step, and how many of its parts nobody has taken: who takes a part therefore has the
 * numbers of its own step before him, and keeps them, since the next step begins when the last part is done.
 */
export class Control {
  readonly #words: Int32Array;
  readonly numbers: Float64Array;
  readonly #message: Uint8Array;
  #turn = 0;

  constructor(memory: SharedArrayBuffer) {
    this.#words = new Int32Array(memory, 0, wordsBytes / 4);
    this.numbers = new Float64Array(memory, wordsBytes, mostNumbers);
    this.#message = new Uint8Array(memory, wordsBytes + numbersBytes, messageBytes);
  }

  static allocate(): SharedArrayBuffer {
    return new SharedArrayBuffer(wordsBytes + numbersBytes + messageBytes);
  }

  /** Announces a step; the one before is done. */
  begin(nParts: number, numbers: readonly number[]): void {
    if (nParts > mostParts || numbers.length > mostNumbers) {
      throw new RangeError(`A step has up to ${mostParts} parts and ${mostNumbers} numbers`);
    }
    this.numbers.set(numbers);
    Atomics.store(this.#words, done, 0);
    Atomics.store(this.#words, failed, 0);
    this.#announce(nParts);
  }

  /** A part that nobody has taken; `undefined` when there is none left. */
  take(): number | undefined {
    for (;;) {
      const word = Atomics.load(this.#words, step);
      const left = word & mostParts;
      if (left === 0) return undefined;
      if (Atomics.compareExchange(this.#words, step, word, word - 1) === word) return left - 1;
    }
  }

  /** A part that was taken is done. */
  finish(): void {
    Atomics.add(this.#words, done, 1);
    Atomics.notify(this.#words, done);
  }

  /** A part that was taken failed; of several failures one is kept. */
  fail(cause: unknown): void {
    if (Atomics.compareExchange(this.#words, failed, 0, 1) !== 0) return;
    const text = cause instanceof Error ? cause.message : String(cause);
    // Not encodeInto: not every runtime lets it write to shared memory.
    const bytes = new TextEncoder().encode(text).subarray(0, messageBytes);
    this.#message.set(bytes);
    Atomics.store(this.#words, messageLength, bytes.length);
  }

  /** Waits until every part is done. @throws what a part failed with */
  waitForAll(nParts: number): void {
    for (let look = 0; ; look++) {
      const parts = Atomics.load(this.#words, done);
      if (parts === nParts) break;
      if (look > looksBeforeSleep) Atomics.wait(this.#words, done, parts);
    }
    if (Atomics.load(this.#words, failed) === 0) return;
    const length = Atomics.load(this.#words, messageLength);
    throw new Error(new TextDecoder().decode(this.#message.slice(0, length)));
  }

  /** Waits for a step with parts to take. @returns false when the team has ended */
  waitForParts(): boolean {
    for (let look = 0; ; look++) {
      const word = Atomics.load(this.#words, step);
      if ((word & mostParts) !== 0) return true;
      if (Atomics.load(this.#words, ended) === 1) return false;
      if (look > looksBeforeSleep) Atomics.wait(this.#words, step, word);
    }
  }

  /** Sends the other threads away. */
  end(): void {
    Atomics.store(this.#words, ended, 1);
    this.#announce(0);
  }

  /** Another turn makes another word of it, also where as many parts are left: nobody sleeps through it. */
  #announce(nParts: number): void {
    this.#turn = (this.#turn + 1) & mostParts;
    Atomics.store(this.#words, step, (this.#turn << 16) | nParts);
    Atomics.notify(this.#words, step);
  }
}
