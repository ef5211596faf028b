import { expect, test } from "bun:test";
import { decode } from "@msgpack/msgpack";
import { forwardChunks } from "../../../adapters/fluentd/forward-chunks.ts";
import type {
  LogEvent,
  LogRecord,
  LogValue,
  RefusedRecord,
} from "../../../core/prediction-log/log-record.ts";
import { chunkOf } from "../../support/fake-fluentd.ts";

const aRecord = (fields: Record<string, LogValue>, event: LogEvent = "predict"): LogRecord => ({
  event,
  timeMs: 1_700_000_000_123,
  key: "request:0",
  fields,
});

function chunksOf(records: readonly LogRecord[]) {
  const refused: RefusedRecord[] = [];
  let made = 0;
  const chunks = forwardChunks(records, {
    tagOf: ({ event }) => `iris.${event}`,
    newId: () => `id${++made}`,
    refuse: (one) => refused.push(one),
  });
  return { chunks: [...chunks], refused };
}

const ascii = (text: string) => [...Buffer.from(text)];

test("forwardChunks() writes PackedForward with the time in seconds and nanoseconds, the id and the size", () => {
  const { chunks } = chunksOf([aRecord({ row: 0, proba_1: 1 })]);
  // By hand, from the specifications of MessagePack and of the forward protocol:
  // 1 700 000 000 s are 0x6553f100, 123 000 000 ns are 0x0754d4c0; the entry has 34 bytes.
  expect([...(chunks[0]?.message ?? [])]).toEqual([
    ...[0x93, 0xac, ...ascii("iris.predict"), 0xc4, 34],
    ...[0x92, 0xd7, 0x00, 0x65, 0x53, 0xf1, 0x00, 0x07, 0x54, 0xd4, 0xc0],
    ...[0x82, 0xa3, ...ascii("row"), 0x00],
    // A probability is a float64, though it is a whole number.
    ...[0xa7, ...ascii("proba_1"), 0xcb, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0],
    ...[0x82, 0xa5, ...ascii("chunk"), 0xa3, ...ascii("id1"), 0xa4, ...ascii("size"), 1],
  ]);
});

test("forwardChunks() writes what may have a fraction as a float, and counts as whole numbers", () => {
  const fields = {
    ...{ schema_version: 1, row: 2, ID: 17, predicted_row: 3 },
    ...{ features: { a: 3 }, prediction: 4, truth: 5, proba_2: 0, latency_ms: 1 },
  };
  const { chunks } = chunksOf([aRecord(fields)]);
  // Each float64 begins with 0xcb; of the whole numbers, each is the one byte that it is.
  const hex = Buffer.from(chunks[0]?.message ?? []).toString("hex");
  const text = (name: string) => Buffer.from(name).toString("hex");
  const after = (name: string) => hex.slice(hex.indexOf(text(name)) + 2 * name.length).slice(0, 2);
  expect(["schema_version", "row", "ID", "predicted_row"].map(after)).toEqual(["01", "02", "11", "03"]);
  expect(["prediction", "truth", "proba_2", "latency_ms"].map(after)).toEqual(["cb", "cb", "cb", "cb"]);
  expect(hex).toContain(`${text("features")}81a1${text("a")}cb`);
});

test("forwardChunks() makes chunks of one tag, each in the order of the records", () => {
  const records = (["predict", "feedback", "predict", "predict_proba", "feedback"] as const).map(
    (event, row) => aRecord({ row }, event),
  );
  const { chunks } = chunksOf(records);
  const shown = chunks.map(({ message }) => chunkOf(decode(message)));
  expect(shown).toEqual([
    { tag: "iris.predict", size: 2, id: "id1" },
    { tag: "iris.feedback", size: 2, id: "id2" },
    { tag: "iris.predict_proba", size: 1, id: "id3" },
  ]);
});

test("forwardChunks() fills no chunk beyond 1 MiB, and gives a longer record one of its own", () => {
  // 500 003 + 20 bytes of an entry: two fit.
  const half = aRecord({ note: "x".repeat(500_000) });
  const long = aRecord({ note: "x".repeat(3_000_000) });
  const { chunks, refused } = chunksOf([half, half, half, long, half]);
  expect(chunks.map(({ message }) => chunkOf(decode(message)).size)).toEqual([2, 1, 1, 1]);
  expect(refused).toEqual([]);
});

test("forwardChunks() refuses a record of more than 4 MiB without a value of it", () => {
  // 11 bytes before the map's header, 1 of it, 5 of the name, 5 of the text's header.
  const fits = aRecord({ note: "x".repeat(4_194_304 - 22) });
  const isLonger = aRecord({ note: "x".repeat(4_194_304 - 21) });
  const { chunks, refused } = chunksOf([fits, isLonger]);
  expect(chunks).toHaveLength(1);
  expect(refused).toEqual([{ record: isLonger, reason: "It takes 4194305 bytes, and 4194304 are the most" }]);
});

test("forwardChunks() makes a chunk only when it is asked for", () => {
  let made = 0;
  const chunks = forwardChunks(
    Array.from({ length: 3 }, () => aRecord({ note: "x".repeat(1_000_000) })),
    { tagOf: () => "iris.predict", newId: () => `id${++made}`, refuse: () => undefined },
  );
  chunks.next();
  expect(made).toBe(1);
});

test("forwardChunks() writes records of more than 15 fields", () => {
  const fields = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`field_${index}`, index]));
  const { chunks } = chunksOf([aRecord(fields)]);
  const [, entries]: [string, Uint8Array] = decode(chunks[0]?.message ?? []) as [string, Uint8Array];
  const [, read] = decode(entries) as [unknown, Record<string, number>];
  expect(read).toEqual(fields);
});
