import { setTimeout as delay } from "node:timers/promises";
import { readCursor, type SpoolPosition, writeCursor } from "../../adapters/spool/cursor-file.ts";
import { appendDeadLetters } from "../../adapters/spool/dead-letters.ts";
import { openSpoolReader, type SpoolReader } from "../../adapters/spool/spool-reader.ts";
import type { MltError } from "../../core/errors.ts";
import type { PredictionSink } from "../../core/ports.ts";
import { backoff } from "../../core/prediction-log/backoff.ts";
import { type Delivery, delivery } from "../../core/prediction-log/delivery.ts";
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
  /** Milliseconds since there was last nothing to deliver, or the sink took nothing. */
  behindMs(): number;
  /** Ends `run` as soon as the sink has what it is being sent. */
  stop(): void;
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
  return new SpoolDelivery({ name, sink, dir, reader, acknowledge });
}

interface SpoolDeliveryOptions extends SinkDeliveryOptions {
  readonly reader: SpoolReader;
  readonly acknowledge: (position: SpoolPosition) => Promise<void>;
}

class SpoolDelivery implements SinkDelivery {
  private readonly name: SinkName;
  private readonly reader: SpoolReader;
  private readonly work: Delivery;
  private readonly ending = new AbortController();
  private readonly givenUp = Promise.withResolvers<void>();
  private isDown = false;
  private deadlineMs = Number.NEGATIVE_INFINITY;
  private drainedMs = performance.now();

  constructor({ name, sink, dir, reader, acknowledge }: SpoolDeliveryOptions) {
    this.name = name;
    this.reader = reader;
    const tell = tellChanges(name);
    this.work = delivery({
      source: {
        next: () => reader.next(partBytes),
        setAside: (refused) => setAside(dir, name, refused),
        acknowledge,
      },
      sink,
      backoff: backoff({ ...pauses, random: Math.random }),
      pause: (ms) => this.pause(ms),
      onAttempt: (failure) => {
        this.isDown = failure !== undefined;
        // Nobody is late for a sink that takes nothing.
        if (this.isDown) this.drainedMs = performance.now();
        tell(failure);
      },
    });
  }

  async counts(): Promise<SinkCounts> {
    // In this order a part that is read meanwhile counts twice for a moment, rather than not at all.
    const unread = await this.reader.pendingRows();
    const { delivered, refused, inFlight } = this.work.counts();
    return { sink: this.name, delivered, refused, pending: inFlight + unread };
  }

  behindMs(): number {
    return performance.now() - this.drainedMs;
  }

  async run(): Promise<void> {
    // Who waits for the end does not wait for a sink that is down.
    await Promise.race([this.deliver(), this.givenUp.promise]);
  }

  stop(): void {
    this.ending.abort();
  }

  finish(withinMs: number): void {
    this.deadlineMs = performance.now() + withinMs;
    this.ending.abort();
    // Nor for one that hangs, beyond that time.
    setTimeout(this.givenUp.resolve, this.isDown ? 0 : withinMs).unref();
  }

  private async deliver(): Promise<void> {
    const { signal } = this.ending;
    while (!signal.aborted) {
      await this.work.run(() => !signal.aborted);
      if (!signal.aborted) this.drainedMs = performance.now();
      await this.pause(lookEveryMs);
    }
    await this.work.run(() => !this.isDown && performance.now() < this.deadlineMs);
  }

  private async pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.ending.signal }).catch(() => undefined);
  }
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
