import { describe, expect, test } from "bun:test";
import type { Threads } from "../../core/learn/threads.ts";
import { countWork } from "../support/threads/count-work.ts";

/** What all threads promise. */
export function checkThreads(name: string, threads: Threads): void {
  const parts = 1_000;
  const allocate = () => ({
    counts: new Int32Array(threads.allocate(4 * parts)),
    told: new Float64Array(threads.allocate(8 * parts)),
  });

  describe(name, () => {
    test("does every part of every step once, and one step after the other", () => {
      const shared = allocate();
      using team = threads.team(countWork, shared);
      for (let step = 1; step <= 300; step++) {
        const nParts = (step * 7) % parts;
        const before = shared.counts.slice();
        team.run(nParts, [step]);
        expect(
          shared.counts.every((count, part) => count === (before[part] ?? 0) + (part < nParts ? 1 : 0)),
        ).toBe(true);
        expect(shared.told.subarray(0, nParts).every((number) => number === step)).toBe(true);
      }
    });

    test("does several pieces of work, one of which nobody began", () => {
      const shared = allocate();
      for (let round = 0; round < 20; round++) {
        using idle = threads.team(countWork, shared);
        using team = threads.team(countWork, shared);
        if (round === 7) idle.run(0, []);
        team.run(parts, [round]);
      }
      expect(shared.counts.every((count) => count === 20)).toBe(true);
    });

    test("throws what a part throws, and can go on", () => {
      const shared = allocate();
      using team = threads.team(countWork, shared);
      expect(() => team.run(10, [-1])).toThrow("Part 3 does not like -1");
      team.run(10, [5]);
      expect([...shared.told.subarray(0, 10)]).toEqual(Array(10).fill(5));
    });

    test("does 65,535 parts of one step", () => {
      const shared = {
        counts: new Int32Array(threads.allocate(4 * 65_535)),
        told: new Float64Array(threads.allocate(8 * 65_535)),
      };
      using team = threads.team(countWork, shared);
      team.run(65_535, [1]);
      expect(shared.counts.every((count) => count === 1)).toBe(true);
    });
  });
}
