import { expect, test } from "bun:test";
import { workerThreads } from "../../../adapters/threads/worker-threads.ts";
import { oneThread } from "../../../core/learn/threads.ts";
import { checkThreads } from "../../contract/threads.ts";
import { meetWork } from "../../support/threads/count-work.ts";

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
