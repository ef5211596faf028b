import type { Work } from "../../../core/learn/threads.ts";

export interface Counts {
  /** How often each part was done. */
  readonly counts: Int32Array;
  /** What each part was told last. */
  readonly told: Float64Array;
}

/** Counts how often each part is done, and notes what it was told; part 3 of a step told -1 fails. */
export const countWork: Work<Counts> = {
  name: "count",
  prepare:
    ({ counts, told }) =>
    (part, [number = 0]) => {
      if (number === -1 && part === 3) throw new RangeError("Part 3 does not like -1");
      counts[part] = (counts[part] ?? 0) + 1;
      told[part] = number;
    },
};

/** Parts that wait for each other: they end only if all of them are done at the same time. */
export const meetWork: Work<{ readonly arrived: Int32Array }> = {
  name: "meet",
  prepare:
    ({ arrived }) =>
    (_part, [nParts = 0]) => {
      Atomics.add(arrived, 0, 1);
      Atomics.notify(arrived, 0);
      for (let now = Atomics.load(arrived, 0); now < nParts; now = Atomics.load(arrived, 0)) {
        if (Atomics.wait(arrived, 0, now, 10_000) === "timed-out")
          throw new Error(`Only ${now} of ${nParts} came`);
      }
    },
};
