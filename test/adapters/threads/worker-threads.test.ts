import { expect, test } from "bun:test";
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { workerThreads } from "../../../adapters/threads/worker-threads.ts";
import { oneThread } from "../../../core/learn/threads.ts";
import { checkThreads } from "../../contract/threads.ts";
import { countWork, meetWork } from "../../support/threads/count-work.ts";

const module = new URL("../../support/threads/counting-thread.ts", import.meta.url);

checkThreads("oneThread", oneThread);
for (const count of [1, 2, 5])
  checkThreads(
    `workerThreads() of ${count}`,
    workerThreads(() => count, module),
  );

test("workerThreads() do as many parts at a time as there are threads", () => {
  const threads = workerThreads(() => 3, module);
  const shared = { arrived: new Int32Array(threads.allocate(4)) };
  using team = threads.team(meetWork, shared);
  team.run(3, [3]);
  expect([...shared.arrived]).toEqual([3]);
});

test("workerThreads() take a step that is too large for a bug", () => {
  const threads = workerThreads(() => 2, module);
  const shared = { arrived: new Int32Array(threads.allocate(4)) };
  using team = threads.team(meetWork, shared);
  expect(() => team.run(65_536, [])).toThrow(RangeError);
});

test("workerThreads() do without threads that cannot start", async () => {
  const nowhere = new URL("./nowhere.ts", import.meta.url);
  const threads = workerThreads(() => 3, nowhere);
  const shared = {
    counts: new Int32Array(threads.allocate(4 * 100)),
    told: new Float64Array(threads.allocate(8 * 100)),
  };
  for (const _round of [1, 2]) {
    using team = threads.team(countWork, shared);
    team.run(100, [1]);
    // It was started last: when its failure has come, theirs have too.
    await once(new Worker(nowhere), "error");
  }
  expect(shared.counts.every((count) => count === 2)).toBe(true);
});
