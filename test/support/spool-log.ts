import { openSpoolWriter } from "../../adapters/spool/spool-writer.ts";
import type { Columns } from "../../core/features/columns.ts";
import type { RowId } from "../../core/features/row-id.ts";
import type { ModelCard } from "../../core/model/model-card.ts";
import type { Feedback } from "../../core/prediction-log/feedback-entry.ts";
import { type ModelLog, predictionLog } from "../../core/prediction-log/prediction-log.ts";
import { fixedCard } from "./fixed-softmax-predictor.ts";

/** The classes that a card of the fixed model has, by the place of their probability. */
const places = ["setosa", "versicolor", "virginica"];

export interface LoggedRow {
  readonly id?: RowId;
  /** The class that gets 0.8; the others get 0.1. */
  readonly className: string;
}

/** Writes a spool as one process of the service would. */
export interface SpoolLog {
  /** Logs one request's predictions at a time, in milliseconds since the epoch. */
  predict(timeMs: number, requestId: string, rows: readonly LoggedRow[]): Promise<void>;
  feedback(timeMs: number, requestId: string, truths: readonly Feedback[]): Promise<void>;
  /** The log itself, for what the others cannot say; `at` sets its clock. */
  readonly log: ModelLog;
  at(timeMs: number): void;
  /** Ends the segment. */
  close(): void;
  [Symbol.dispose](): void;
}

export function spoolLog(
  dir: string,
  { card = fixedCard, maxBytes = 16_777_216 }: { readonly card?: ModelCard; readonly maxBytes?: number } = {},
): SpoolLog {
  let nowMs = 0;
  const wallClock = () => nowMs;
  const spool = openSpoolWriter({
    dir,
    maxBytes,
    durability: "process",
    onFull: "drop_oldest",
    sinks: [],
    wallClock,
  });
  const settings = {
    features: true,
    drop: [],
    hash: [],
    sample_rate: 1,
    log_n_best: 3,
    time_zone: "UTC",
    rejects: false,
  };
  const log = predictionLog({ spool, settings, wallClock, hash: (text) => text }).ofModel(card);
  const close = () => spool.close();
  return {
    async predict(timeMs, requestId, rows) {
      nowMs = timeMs;
      const scores = rows.flatMap(({ className }) =>
        places.map((place) => (place === className ? 0.8 : 0.1)),
      );
      const ids = rows.map(({ id }) => id);
      const columns = fixedColumns(rows.length);
      await log.predictions({
        requestId,
        event: "predict",
        latencyMs: 1.5,
        ids,
        columns,
        scores: Float32Array.from(scores),
      });
    },
    async feedback(timeMs, requestId, truths) {
      nowMs = timeMs;
      await log.feedback(requestId, truths);
    },
    log,
    at: (timeMs) => {
      nowMs = timeMs;
    },
    close,
    [Symbol.dispose]: close,
  };
}

/** Flowers that are all alike. */
function fixedColumns(nRows: number): Columns {
  const values = new Map(
    fixedCard.features.map(({ name }) => [name, new Float32Array(nRows).fill(1.5)] as const),
  );
  return { nRows, values };
}
