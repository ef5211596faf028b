import { resolve } from "node:path";
import { openSpoolWriter, type SpoolWriter } from "../../adapters/spool/spool-writer.ts";
import type { ModelCard } from "../../core/model/model-card.ts";
import { checkLogSettings } from "../../core/prediction-log/check-log-settings.ts";
import { type PredictionLog, predictionLog } from "../../core/prediction-log/prediction-log.ts";
import type { MetricFamily } from "../../core/service/metrics-text.ts";
import { logHash } from "./log-hash.ts";
import { watchLosses } from "./log-losses.ts";
import { keptFamilies } from "./log-metrics.ts";
import { isLogged, sinkNames } from "./logging-sinks.ts";
import type { ServedProject } from "./running-service.ts";

/** The prediction log of one process that answers. */
export interface OpenPredictionLog {
  readonly log: PredictionLog;
  /** What it has counted. */
  families(): readonly MetricFamily[];
  /** Writes what is not written yet. */
  close(): void;
}

/**
 * Opens the project's prediction log for what a model answers; `undefined` where none is kept.
 *
 * @throws {MltError} when a setting does not fit the model
 */
export function openPredictionLog(project: ServedProject, card: ModelCard): OpenPredictionLog | undefined {
  const { logging } = project.config;
  if (!isLogged(logging)) return undefined;
  checkLogSettings(logging, card);
  const spool = openSpool(project);
  const rejects = logging.spool.on_full === "reject";
  const log = predictionLog({
    spool,
    settings: { ...logging, rejects },
    wallClock: () => Date.now(),
    hash: logHash(logging.hash_salt ?? ""),
  });
  const watching = watchLosses(log);
  // A model that comes later must have the names too, or what was to be hidden would be readable from then on.
  const ofModel: PredictionLog["ofModel"] = (later) => {
    checkLogSettings(logging, later);
    return log.ofModel(later);
  };
  return {
    log: { ...log, ofModel },
    families: () => keptFamilies(spool.counts(), sinkNames(logging)),
    close: () => {
      watching.stop();
      spool.close();
    },
  };
}

function openSpool(project: ServedProject): SpoolWriter {
  const { spool } = project.config.logging;
  return openSpoolWriter({
    dir: spoolDir(project),
    maxBytes: spool.max_bytes,
    durability: spool.durability,
    onFull: spool.on_full,
    sinks: sinkNames(project.config.logging),
    wallClock: () => Date.now(),
  });
}

/** The folder that a project's predictions are kept in. */
export function spoolDir({ root, config }: Pick<ServedProject, "root" | "config">): string {
  return resolve(root, config.logging.spool.dir);
}
