import { expect, test } from "bun:test";
import { MltError } from "../../../core/errors.ts";
import type { PredictionSink } from "../../../core/ports.ts";
import { backoff } from "../../../core/prediction-log/backoff.ts";
import { type DeliverySource, delivery } from "../../../core/prediction-log/delivery.ts";
import type { LogRecord, RefusedRecord } from "../../../core/prediction-log/log-record.ts";

function record(row: number): LogRecord {
  return { event: "predict", timeMs: 0, key: `r:${row}`, fields: { row } };
}

/** A source of parts, which remembers what was done with them, in order. */
function sourceOf(parts: readonly (readonly LogRecord[])[], story: string[]): DeliverySource<number> {
  let at = 0;
  return {
    next: async () => {
      const records = parts[at] ?? [];
      if (records.length > 0) at++;
      return { records, position: at };
    },
    setAside: async (refused) => {
      if (refused.length > 0) story.push(`aside ${refused.map(({ record: { key } }) => key)}`);
    },
    acknowledge: async (position) => void story.push(`cursor ${position}`),
  };
}

/** A sink that answers each write as the script says, and takes everything after its end. */
function sinkOf(script: readonly ("down" | readonly RefusedRecord[])[], story: string[]): PredictionSink {
  let at = 0;
  return {
    write: async (records) => {
      story.push(`write ${records.map(({ key }) => key)}`);
      const step = script[at++] ?? [];
      if (step === "down") throw new MltError("The sink is down");
      return step;
    },
    close: async () => undefined,
  };
}

function deliver(parts: readonly (readonly LogRecord[])[], script: Parameters<typeof sinkOf>[0]) {
  const story: string[] = [];
  const attempts: (string | undefined)[] = [];
  const pauses: number[] = [];
  const work = delivery({
    source: sourceOf(parts, story),
    sink: sinkOf(script, story),
    backoff: backoff({ firstMs: 100, longestMs: 400, random: () => 0 }),
    pause: async (ms) => void pauses.push(ms),
    onAttempt: (failure) => void attempts.push(failure?.message),
  });
  return { work, story, attempts, pauses };
}

test("delivery() moves the cursor only behind what the sink has acknowledged", async () => {
  const { work, story } = deliver([[record(0), record(1)], [record(2)]], []);
  await work.run(() => true);
  expect(story).toEqual(["write r:0,r:1", "cursor 1", "write r:2", "cursor 2"]);
  expect(work.counts()).toEqual({ delivered: 3, refused: 0, inFlight: 0 });
});

test("delivery() sends the same part again, after longer and longer pauses, while the sink is down", async () => {
  const { work, story, attempts, pauses } = deliver([[record(0)], [record(1)]], ["down", "down", "down"]);
  await work.run(() => true);
  expect(story).toEqual([
    "write r:0",
    "write r:0",
    "write r:0",
    "write r:0",
    "cursor 1",
    "write r:1",
    "cursor 2",
  ]);
  expect(pauses).toEqual([100, 200, 400]);
  expect(attempts).toEqual([
    "The sink is down",
    "The sink is down",
    "The sink is down",
    undefined,
    undefined,
  ]);
});

test("delivery() sets a refused record aside before the cursor moves over it, and goes on", async () => {
  const refused = [{ record: record(1), reason: "too large" }];
  const { work, story } = deliver([[record(0), record(1)], [record(2)]], [refused]);
  await work.run(() => true);
  expect(story).toEqual(["write r:0,r:1", "aside r:1", "cursor 1", "write r:2", "cursor 2"]);
  expect(work.counts()).toEqual({ delivered: 2, refused: 1, inFlight: 0 });
});

test("delivery() stops when it may not go on, and tells what is in flight; the next run sends that first", async () => {
  const { work, story } = deliver([[record(0), record(1)]], ["down"]);
  let runs = 1;
  await work.run(() => runs-- > 0);
  expect(story).toEqual(["write r:0,r:1"]);
  expect(work.counts()).toEqual({ delivered: 0, refused: 0, inFlight: 2 });
  await work.run(() => true);
  expect(story).toEqual(["write r:0,r:1", "write r:0,r:1", "cursor 1"]);
});

test("delivery() lets a bug of the sink be one", async () => {
  const { work } = deliver([[record(0)]], []);
  const bug = delivery({
    source: sourceOf([[record(0)]], []),
    sink: { write: () => Promise.reject(new TypeError("a bug")), close: async () => undefined },
    backoff: backoff({ firstMs: 1, longestMs: 1, random: () => 0 }),
    pause: async () => undefined,
    onAttempt: () => undefined,
  });
  expect(bug.run(() => true)).rejects.toThrow(TypeError);
  await work.run(() => false);
});
