import { expect, test } from "bun:test";
import { expiryStep, type MongoIndex, missingIndexes } from "../../../adapters/mongodb/log-indexes.ts";

const id: MongoIndex = { name: "_id_", key: { _id: 1 } };
const ours = (expireAfterSeconds: number): MongoIndex => ({
  name: "mlt_expiry",
  key: { timestamp: 1 },
  expireAfterSeconds,
});
const theirs = { name: "timestamp_1", key: { timestamp: 1 } };

// 30 days are 2 592 000 seconds, 7 days are 604 800.
test.each([
  ["is made where there is none", [id], 30, { kind: "create", expireAfterSeconds: 2_592_000 }],
  ["stays as it is", [id, ours(2_592_000)], 30, { kind: "none" }],
  ["is changed with ttl_days", [id, ours(2_592_000)], 7, { kind: "change", expireAfterSeconds: 604_800 }],
  ["goes with ttl_days", [id, ours(2_592_000)], undefined, { kind: "drop" }],
  ["is not made without ttl_days", [id], undefined, { kind: "none" }],
  ["of another name stays without ttl_days", [id, theirs], undefined, { kind: "none" }],
  ["of another name and time is not touched", [id, theirs], 7, { kind: "taken", name: "timestamp_1" }],
  ["of another name does as well", [id, { ...theirs, expireAfterSeconds: 604_800 }], 7, { kind: "none" }],
  [
    "is not one whose key begins with the time",
    [{ name: "x", key: { timestamp: 1, event: 1 } }],
    7,
    { kind: "create", expireAfterSeconds: 604_800 },
  ],
] as const)("expiryStep(): the index of expiry %s", (_, indexes, ttlDays, step) => {
  expect(expiryStep(indexes, ttlDays)).toEqual(step);
});

test("missingIndexes() leaves out what is there under another name, and escapes the id's", () => {
  const present = [id, { name: "by_request", key: { request_id: 1 } }];
  expect(missingIndexes(present, "user.id").map(({ name, key }) => [name, key])).toEqual([
    ["mlt_event_timestamp", { event: 1, timestamp: 1 }],
    ["mlt_predicted_request_id", { predicted_request_id: 1 }],
    ["mlt_id_user%2Eid", { "user%2Eid": 1, timestamp: 1 }],
  ]);
});

test("missingIndexes() has none of the id where records have none", () => {
  expect(missingIndexes([], undefined).map(({ name }) => name)).toEqual([
    "mlt_event_timestamp",
    "mlt_request_id",
    "mlt_predicted_request_id",
  ]);
});
