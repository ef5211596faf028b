import { expect, test } from "bun:test";
import { oneAtATime } from "../../core/one-at-a-time.ts";

/** Work whose runs end when the test says so. */
function heldWork() {
  const ends: (() => void)[] = [];
  let running = 0;
  let most = 0;
  return {
    work: async () => {
      most = Math.max(most, ++running);
      await new Promise<void>((end) => ends.push(end));
      running--;
    },
    endNext: () => ends.shift()?.(),
    runs: () => ({ waiting: ends.length, most }),
  };
}

test("oneAtATime() runs once more after a run that it was asked during, however often", async () => {
  const { work, endNext, runs } = heldWork();
  const run = oneAtATime(work);
  const done = Promise.all([run(), run(), run()]);
  expect(runs()).toEqual({ waiting: 1, most: 1 });
  endNext();
  // A turn of the event loop: the second run has begun.
  await new Promise(setImmediate);
  expect(runs()).toEqual({ waiting: 1, most: 1 });
  endNext();
  await done;
  expect(runs()).toEqual({ waiting: 0, most: 1 });
});

test("oneAtATime() runs again after a run that has ended", async () => {
  let count = 0;
  const run = oneAtATime(() => Promise.resolve(void count++));
  await run();
  await run();
  expect(count).toBe(2);
});

test("oneAtATime() rejects as the work does, and runs again afterwards", async () => {
  let count = 0;
  const run = oneAtATime(() => (++count === 1 ? Promise.reject(new Error("first")) : Promise.resolve()));
  await expect(run()).rejects.toThrow("first");
  await run();
  expect(count).toBe(2);
});
