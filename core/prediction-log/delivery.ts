import { MltError } from "../errors.ts";
import type { PredictionSink } from "../ports.ts";
import type { Backoff } from "./backoff.ts";
import type { LogRecord, RefusedRecord } from "./log-record.ts";

/** What is to be delivered, in parts, and how far that has come. */
export interface DeliverySource<Position> {
  /** The next records, and where the source is behind them; no records where there is nothing new. */
  next(): Promise<{ readonly records: readonly LogRecord[]; readonly position: Position }>;
  /** Keeps records that the sink will never take. */
  setAside(refused: readonly RefusedRecord[]): Promise<void>;
  /** Remembers that all before the position is delivered. */
  acknowledge(position: Position): Promise<void>;
}

export interface DeliveryOptions<Position> {
  readonly source: DeliverySource<Position>;
  readonly sink: PredictionSink;
  readonly backoff: Backoff;
  /** Resolves after so many milliseconds, or as soon as nobody wants to wait. */
  readonly pause: (ms: number) => Promise<void>;
  /** Called when an attempt fails, and with `undefined` when one succeeds. */
  readonly onAttempt: (failure: MltError | undefined) => void;
}

export interface DeliveryCounts {
  /** Records that the sink has acknowledged. */
  readonly delivered: number;
  /** Records that it refused for good. */
  readonly refused: number;
  /** Records that it was sent and has not acknowledged yet. */
  readonly inFlight: number;
}

/** Brings records from a source to a sink, each at least once. */
export interface Delivery {
  counts(): DeliveryCounts;
  /** Delivers what is there until there is nothing new, or `mayGoOn` says no; what fails is tried again until then. */
  run(mayGoOn: () => boolean): Promise<void>;
}

/** A delivery that has delivered nothing yet; it sends one part at a time, so that a sink which is down costs no memory. */
export function delivery<Position>(options: DeliveryOptions<Position>): Delivery {
  const { source, sink, backoff, pause, onAttempt } = options;
  let delivered = 0;
  let refused = 0;
  let inFlight = 0;
  /** Read and not yet acknowledged: tried again by the next run. */
  let held: Awaited<ReturnType<DeliverySource<Position>["next"]>> | undefined;

  const attempt = async (records: readonly LogRecord[]): Promise<readonly RefusedRecord[] | undefined> => {
    try {
      const sifted = await sink.write(records);
      onAttempt(undefined);
      backoff.reset();
      return sifted;
    } catch (cause) {
      if (!(cause instanceof MltError)) throw cause;
      onAttempt(cause);
      return undefined;
    }
  };

  return {
    counts: () => ({ delivered, refused, inFlight }),
    async run(mayGoOn) {
      while (mayGoOn()) {
        held ??= await source.next();
        const { records, position } = held;
        inFlight = records.length;
        if (records.length === 0) {
          held = undefined;
          return;
        }
        const sifted = await attempt(records);
        if (sifted === undefined) {
          await pause(backoff.next());
          continue;
        }
        // Before they count as delivered: whoever ends here sets them aside once more rather than never.
        await source.setAside(sifted);
        await source.acknowledge(position);
        delivered += records.length - sifted.length;
        refused += sifted.length;
        inFlight = 0;
        held = undefined;
      }
    },
  };
}
