import { expect, test } from "bun:test";
import { keepHaste } from "../../../cli/project/haste.ts";

/** A haste over deliveries that are behind by so much, and what it did, in order. */
function hasteOver(behindMs: readonly number[], hurries: boolean, patienceMs: number) {
  const story: string[] = [];
  const happened = Promise.withResolvers<void>();
  const note = (what: string, isLast = false) => {
    story.push(what);
    if (isLast) happened.resolve();
  };
  const haste = keepHaste({
    pace: { whenIdle: () => note("idle"), besideOthers: () => note("beside") },
    deliveries: behindMs.map((ms) => ({ behindMs: () => ms })),
    hurries,
    onLate: () => note("late", true),
    onCaughtUp: () => note("caught up", true),
    patienceMs,
  });
  return { story, happened: happened.promise.then(() => haste.stop()), haste };
}

test("keepHaste() begins with what others leave, and is late once one delivery is behind for too long", async () => {
  const { story, happened } = hasteOver([0, 51], false, 50);
  await happened;
  expect(story).toEqual(["idle", "late"]);
});

test("keepHaste() begins in haste, and ends it once every delivery has caught up", async () => {
  const { story, happened } = hasteOver([0, 1_000], true, 50);
  await happened;
  expect(story).toEqual(["beside", "idle", "caught up"]);
});

test("keepHaste() stays in haste while a delivery is behind, and is not late a second time", async () => {
  const { story, haste } = hasteOver([5_000], true, 10);
  const looked = hasteOver([11], false, 10);
  await looked.happened;
  haste.stop();
  expect(story).toEqual(["beside"]);
});
