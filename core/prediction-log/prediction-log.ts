import type { Columns } from "../features/columns.ts";
import type { RowId } from "../features/row-id.ts";
import { rowAt } from "../features/rows.ts";
import type { ModelCard } from "../model/model-card.ts";
import { entryKinds, type Spool } from "../ports.ts";
import { type Feedback, writeFeedback } from "./feedback-entry.ts";
import { type LayoutSettings, type LogLayout, logLayout } from "./log-layout.ts";
import { type PredictionsEntry, writePredictions } from "./predictions-entry.ts";

export interface PredictionLogOptions {
  readonly spool: Spool;
  readonly settings: LogSettings;
  /** Milliseconds since the epoch. */
  readonly wallClock: () => number;
  /** A text that stands for another and does not give it away; the same for the same text. */
  readonly hash: (text: string) => string;
}

export interface LogSettings extends LayoutSettings {
  /** Share of the requests that is logged. */
  readonly sample_rate: number;
  /** Whether a prediction that cannot be kept is not answered. */
  readonly rejects: boolean;
}

/** Keeps what the service has answered. */
export interface PredictionLog {
  /** Why nothing can be kept now; `undefined` while it can. */
  trouble(): string | undefined;
  /** What was lost so far, in words for an operator; `undefined` where nothing was. */
  losses(): string | undefined;
  /** Whether predictions are refused while nothing can be kept. */
  readonly rejects: boolean;
  /** The log of one model's predictions. */
  ofModel(card: ModelCard): ModelLog;
}

/** What is logged of one request's predictions. */
export type LoggedPredictions = Omit<PredictionsEntry, "timeMs">;

export interface ModelLog {
  /** The name of the row's id, where records hold it. */
  readonly idName: string | undefined;
  /** Resolves once they are kept; with false where they could not be. */
  predictions(logged: LoggedPredictions): Promise<boolean>;
  /** Resolves once they are kept; with false where they could not be. */
  feedback(requestId: string, truths: readonly Feedback[]): Promise<boolean>;
}

/** A log that keeps its entries in the spool. */
export function predictionLog(options: PredictionLogOptions): PredictionLog {
  const { spool, settings } = options;
  return {
    trouble: () => spool.trouble(),
    losses: () => lossText(spool.lost()),
    rejects: settings.rejects,
    ofModel: (card) => modelLog(card, options),
  };
}

function lossText(records: number): string | undefined {
  if (records === 0) return undefined;
  return `${records} ${records === 1 ? "record was" : "records were"} dropped since the start`;
}

function modelLog(card: ModelCard, { spool, settings, wallClock, hash }: PredictionLogOptions): ModelLog {
  const layout = logLayout(card, settings);
  const redact = redaction(card, layout, settings, hash);
  return {
    idName: layout.id_name,
    predictions: (logged) => {
      if (!isSampled(logged.requestId, settings.sample_rate)) return Promise.resolve(true);
      const entry = { timeMs: wallClock(), ...redact(logged) };
      return spool.append({
        kind: entryKinds.predictions,
        layout,
        nRecords: logged.columns.nRows,
        encode: (into) => writePredictions(into, layout, entry),
      });
    },
    feedback: (requestId, truths) => {
      const hidesId = card.id_name !== undefined && settings.hash.includes(card.id_name);
      const kept = hidesId ? truths.map((truth) => withHashedId(truth, hash)) : truths;
      const entry = { timeMs: wallClock(), requestId, truths: kept };
      return spool.append({
        kind: entryKinds.feedback,
        layout,
        nRecords: truths.length,
        encode: (into) => writeFeedback(into, entry),
      });
    },
  };
}

function withHashedId(truth: Feedback, hash: (text: string) => string): Feedback {
  return truth.id === undefined ? truth : { ...truth, id: hash(String(truth.id)) };
}

/** What must not be readable is not so on the disk either. */
function redaction(
  { features, id_name }: ModelCard,
  layout: LogLayout,
  settings: LogSettings,
  hash: (text: string) => string,
): (logged: LoggedPredictions) => LoggedPredictions {
  const hashed = new Set(settings.hash);
  const hashedFeatures = features.filter(
    ({ name }) => hashed.has(name) && layout.features.some((feature) => feature.name === name),
  );
  const hidesId = layout.id_name !== undefined && hashed.has(layout.id_name) && id_name !== undefined;
  if (hashedFeatures.length === 0 && !hidesId) return (logged) => logged;
  const hashId = (id: RowId | undefined) => (id === undefined ? undefined : hash(String(id)));
  return (logged) => ({
    ...logged,
    ids: hidesId ? logged.ids.map(hashId) : logged.ids,
    columns: hashColumns(logged.columns, hashedFeatures, hash),
  });
}

/** A missing value stays missing: its hash would be the same everywhere. */
function hashColumns(
  columns: Columns,
  features: ModelCard["features"],
  hash: (text: string) => string,
): Columns {
  const values = new Map(columns.values);
  for (const feature of features) {
    const { name } = feature;
    values.set(
      name,
      Array.from({ length: columns.nRows }, (_, row) => {
        const value = rowAt(columns, [feature], row)[name] ?? null;
        return value === null ? "" : hash(String(value));
      }),
    );
  }
  return { nRows: columns.nRows, values };
}

/** The same for every attempt at a request, so that a client that repeats it does not change its odds. */
function isSampled(requestId: string, rate: number): boolean {
  if (rate >= 1) return true;
  // FNV-1a, as http://www.isthe.com/chongo/tech/comp/fnv/ has it, and then mixed: its high bits know little of the last characters.
  let hash = 0x811c9dc5;
  for (let index = 0; index < requestId.length; index++) {
    hash = Math.imul(hash ^ requestId.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32 < rate;
}
