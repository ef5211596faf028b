import { describe, expect, test } from "bun:test";
import {
  isGood,
  originOf,
  type Revision,
  revisionBefore,
} from "../../../adapters/kubernetes/release-history.ts";

/** Revisions from the first on, each as `status` or `status: description`. */
const history = (...revisions: string[]): Revision[] =>
  revisions.map((text, at) => {
    const [status = "", description = "model iris 1.0.0 id"] = text.split(": ");
    return { revision: at + 1, updated: "2026-01-01T00:00:00Z", chart: "mlt-1", status, description };
  });

describe("revisionBefore()", () => {
  test.each([
    ["the one before", ["superseded", "deployed"], 1],
    ["the one that still runs, after one that failed", ["superseded", "deployed", "failed"], 2],
    ["the one that still runs, after one that was cut off", ["deployed", "pending-upgrade"], 1],
    ["one that worked, past those that did not", ["superseded", "failed", "failed", "deployed"], 1],
    [
      "the one before that which it went back to",
      ["superseded", "superseded", "superseded", "deployed: Rollback to 2"],
      1,
    ],
    ["no further than the first", ["superseded", "superseded", "deployed: Rollback to 1"], undefined],
    ["nothing, of the first", ["deployed"], undefined],
    ["nothing, where none has worked", ["failed", "failed"], undefined],
    ["nothing, where there is none", [], undefined],
  ])("finds %s", (_, revisions, expected) => {
    expect(revisionBefore(history(...revisions))?.revision).toBe(expected);
  });

  test("takes one that failed for no good one, though a later rollback calls it superseded", () => {
    const words = ['Upgrade "iris" failed: context canceled', "Preparing upgrade"];
    for (const description of words) {
      const [revision] = history("superseded").map((each) => ({ ...each, description }));
      expect(revision && isGood(revision)).toBe(false);
    }
  });
});

test("originOf() follows rollbacks of rollbacks to the revision that was deployed", () => {
  const revisions = history(
    "superseded",
    "superseded",
    "superseded: Rollback to 1",
    "deployed: Rollback to 3",
  );
  expect(revisions.map((each) => originOf(each, revisions))).toEqual([1, 2, 1, 1]);
  // Helm keeps ten revisions: the one that it went back to may be gone.
  const [last] = revisions.slice(-1);
  expect(last && originOf(last, revisions.slice(-1))).toBe(3);
});
