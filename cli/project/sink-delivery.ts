import { setTimeout as delay } from "node:timers/promises";
import { readCursor, type SpoolPosition, writeCursor } from "../../adapters/spool/cursor-file.ts";
import { appendDeadLetters } from "../../adapters/spool/dead-letters.ts";
import { openSpoolReader } from "../../adapters/spool/spool-reader.ts";
import type { MltError } from "../../core/errors.ts";
import type { PredictionSink } from "../../core/ports.ts";
import { backoff } from "../../core/prediction-log/backoff.ts";
import { delivery } from "../../core/prediction-log/delivery.ts";
import { say, warn } from "../output.ts";
import type { SinkName } from "./logging-sinks.ts";
import type { SinkCounts } from "./sender-messages.ts";

export interface SinkDeliveryOptions {
  readonly name: SinkName;
  readonly sink: PredictionSink;
  readonly dir: string;
}

/** The delivery of a spool to one sink. */
export interface SinkDelivery {
  counts(): Promise<SinkCounts>;
  /** Delivers what comes, until it is told to finish. */
  run(): Promise<void>;
  /** Delivers what is there while the sink takes it, up to so many milliseconds, and ends. */
  finish(withinMs: number): void;
}

/** Bytes on disk that are read at a time: some thousand predictions. */
const partBytes = 262_144;
/** How soon new records are seen. */
const lookEveryMs = 200;
const pauses = { firstMs: 500, longestMs: 30_000 };
/** A sink that stays down is told of again after this time. */
const repeatMs = 600_000;

/** Makes the delivery of the folder to a sink, which goes on where the last one's acknowledgements had come. */
export async function sinkDelivery({ name, sink, dir }: SinkDeliveryOptions): Promise<SinkDelivery> {
  const acknowledge = keepCursor(dir, name);
  const from = await lastAcknowledged(dir, name);
  // So that there is room for where it has come on a disk that is full later.
  await acknowledge(from);
  const reader = openSpoolReader({ dir, from, onDamage: warn });
  const finishing = new AbortController();
  let deadlineMs = Number.POSITIVE_INFINITY;
  let isDown = false;
  const tell = tellChanges(name);
  const pause = async (ms: number) => {
    await delay(ms, undefined, { signal: finishing.signal }).catch(() => undefined);
  };
  const work = delivery({
    source: {
      next: () => reader.next(partBytes),
      setAside: (refused) => setAside(dir, name, refused),
      acknowledge,
    },
    sink,
    backoff: backoff({ ...pauses, random: Math.random }),
    pause,
    onAttempt: (failure) => {
      isDown = failure !== undefined;
      tell(failure);
    },
  });
  const givenUp = Promise.withResolvers<void>();
  const isFinishing = () => finishing.signal.aborted;
  const deliver = async () => {
    while (!isFinishing()) {
      await work.run(() => !isFinishing());
      await pause(lookEveryMs);
    }
    await work.run(() => !isDown && performance.now() < deadlineMs);
  };
  return {
    counts: async () => {
      const { delivered, refused, inFlight } = work.counts();
      return { sink: name, delivered, refused, pending: inFlight + (await reader.pendingRows()) };
    },
    async run() {
      const begun = deliver();
      // Who waits for the end does not wait for a sink that is down.
      await Promise.race([begun, givenUp.promise]);
    },
    finish(withinMs) {
      deadlineMs = performance.now() + withinMs;
      finishing.abort();
      // Nor for one that hangs, beyond that time.
      setTimeout(givenUp.resolve, isDown ? 0 : withinMs).unref();
    },
  };
}

async function lastAcknowledged(dir: string, name: SinkName): Promise<SpoolPosition> {
  const cursor = await readCursor(dir, name);
  if (cursor !== undefined) return cursor;
  warn(`How far ${name} has the prediction log cannot be read: it is sent all that is kept once more`);
  return new Map();
}

/** On a disk that is full or broken a cursor stays behind, and what it missed is sent again after a restart. */
function keepCursor(dir: string, name: SinkName): (position: SpoolPosition) => Promise<void> {
  let told = false;
  return async (position) => {
    try {
      await writeCursor(dir, name, position);
      told = false;
    } catch (cause) {
      if (!(cause instanceof Error) || !("code" in cause)) throw cause;
      if (!told) warn(`Cannot remember how far ${name} has the prediction log: ${cause.message}`);
      told = true;
    }
  };
}

async function setAside(
  dir: string,
  name: SinkName,
  refused: Parameters<typeof appendDeadLetters>[2],
): Promise<void> {
  await appendDeadLetters(dir, name, refused);
  const [first] = refused;
  if (first === undefined) return;
  const many = refused.length === 1 ? "a record" : `${refused.length} records`;
  warn(`${name} refused ${many} (${first.reason}); set aside in dead-letter-${name}.ndjson`);
}

/** Tells when a sink begins to fail, sometimes while it goes on, and when it takes records again. */
function tellChanges(name: SinkName): (failure: MltError | undefined) => void {
  let toldMs: number | undefined;
  return (failure) => {
    if (failure === undefined) {
      if (toldMs !== undefined) say(`${name} takes the prediction log again`);
      toldMs = undefined;
      return;
    }
    if (toldMs !== undefined && performance.now() - toldMs < repeatMs) return;
    toldMs = performance.now();
    warn(`${failure.message}; predictions wait on disk. ${failure.hint ?? ""}`.trimEnd());
  };
}
