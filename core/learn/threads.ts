/** Does one part of a step; `numbers` say which step it is, and on what. */
export type DoPart = (part: number, numbers: readonly number[] | Float64Array) => void;

/**
 * Work that several threads can share. `prepare` runs once on each of them, on the same arrays in memory that all see;
 * no part of a step may read what another part of it writes, so that it does not matter who does which, and when.
 */
export interface Work<Shared extends object> {
  /** Among `works`: how another thread finds it. */
  readonly name: string;
  prepare(shared: Shared): DoPart;
}

/** Threads that got ready for one piece of work. */
export interface Team extends Disposable {
  /**
   * Does parts 0 to nParts - 1 of a step, in any order and several at a time; returns when all are done.
   *
   * @param nParts  up to 65,535
   * @param numbers  up to 16
   * @throws what a part threw
   */
  run(nParts: number, numbers: readonly number[]): void;
}

/** The threads of the machine, as an estimator needs them. */
export interface Threads {
  /** How many work at a time, the calling one among them. */
  readonly count: number;
  /** Zeros that every thread sees. */
  allocate(sizeBytes: number): ArrayBufferLike;
  /** @param shared  what can be sent to another thread: numbers, text, arrays and memory that were allocated here */
  team<Shared extends object>(work: Work<Shared>, shared: Shared): Team;
}

/** The calling thread alone: what another number of threads must give the same results as. */
export const oneThread: Threads = {
  count: 1,
  allocate: (sizeBytes) => new ArrayBuffer(sizeBytes),
  team(work, shared) {
    const doPart = work.prepare(shared);
    return {
      run(nParts, numbers) {
        for (let part = 0; part < nParts; part++) doPart(part, numbers);
      },
      [Symbol.dispose]() {
        // Nobody waits.
      },
    };
  },
};
