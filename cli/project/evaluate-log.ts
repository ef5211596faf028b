import { readDataFile } from "../../adapters/polars/data-files.ts";
import { MltError } from "../../core/errors.ts";
import { type EvaluationResult, evaluateLog } from "../../core/evaluation/evaluate-live.ts";
import { type LiveLog, LiveLogReader } from "../../core/evaluation/live-log.ts";
import { readTruths } from "../../core/evaluation/read-truths.ts";
import type { ModelCard } from "../../core/model/model-card.ts";
import { checkLogSettings } from "../../core/prediction-log/check-log-settings.ts";
import { formatCount, formatRows } from "../../core/report/format.ts";
import { logHash } from "./log-hash.ts";
import type { Project } from "./open-project.ts";
import { type LogSource, readLog } from "./read-log.ts";

export interface LogEvaluation {
  readonly from: LogSource;
  /** A file of truths, beside those in the log. */
  readonly truth: string | undefined;
  /** Predictions from then on; milliseconds since the epoch. */
  readonly sinceMs: number | undefined;
  /** Predictions before then. */
  readonly untilMs: number | undefined;
}

/**
 * Scores what the log says that the model in model_bin has predicted.
 *
 * @throws {MltError} when the log has no prediction of it, or the file of truths is wrong
 */
export async function evaluateLogged(
  project: Project,
  card: ModelCard,
  { from, truth, sinceMs, untilMs = Number.POSITIVE_INFINITY }: LogEvaluation,
): Promise<EvaluationResult> {
  const { logging } = project.config;
  checkLogSettings(logging, card);
  const reader = new LiveLogReader({ card, hashed: new Set(logging.hash), untilMs });
  const passedOver = truth === undefined ? 0 : await addTruths(project, card, { path: truth, reader });
  for await (const record of readLog(project, { from, sinceMs })) {
    reader.addRecord(record);
  }
  const log = reader.finish();
  if (log.predictions.timeMs.length === 0) throw notPredicted(card, log);
  const result = evaluateLog(card, log, logging.time_zone);
  const lack =
    passedOver === 1
      ? "lacks a truth or names no prediction, and was"
      : "lack a truth or name no prediction, and were";
  const warning = `${formatRows(passedOver)} of "${truth}" ${lack} passed over.`;
  return passedOver === 0 ? result : { ...result, warnings: [warning, ...result.warnings] };
}

async function addTruths(
  { config: { logging } }: Project,
  card: ModelCard,
  { path, reader }: { readonly path: string; readonly reader: LiveLogReader },
): Promise<number> {
  const { id_name: idName } = card;
  const hash = logHash(logging.hash_salt ?? "");
  const isHashed = idName !== undefined && logging.hash.includes(idName);
  return readTruths(
    {
      frame: await readDataFile(path, []),
      name: path,
      card,
      idIsDropped: idName !== undefined && logging.drop.includes(idName),
      idText: isHashed ? hash : (id) => id,
    },
    (truth) => reader.addTruth(truth),
  );
}

function notPredicted(card: ModelCard, { others }: LiveLog): MltError {
  const who = `${card.name} ${card.version}`;
  const [most] = others.toSorted((a, b) => b.predictions - a.predictions);
  if (most === undefined) {
    return new MltError(`The log has no prediction in this time of the model in model_bin, ${who}`, {
      hint: "Ask mlt serve for a prediction, or give another --since and --until.",
    });
  }
  const rest = others.length === 1 ? "" : `, and of ${others.length - 1} more models`;
  return new MltError(
    `The log has no prediction in this time of the model in model_bin, ${who} (${card.id}): it has ${formatCount(most.predictions)} of ${most.name} ${most.version} (${most.id})${rest}`,
    { hint: "Put the model that was asked into model_bin, or wait until this one was." },
  );
}
