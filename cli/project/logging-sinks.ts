import { fluentdSink } from "../../adapters/fluentd/fluentd-sink.ts";
import type { Config } from "../../core/config/schema.ts";
import type { PredictionSink } from "../../core/ports.ts";
import { fluentdOptions } from "./fluentd-settings.ts";
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
export async function checkSinks(project: ServedProject): Promise<void> {
  await fluentdOptions(project);
}

/** Opens a sink; it connects when it is written to. */
export async function openSink(name: SinkName, project: ServedProject): Promise<PredictionSink> {
  if (name === "fluentd") {
    const options = await fluentdOptions(project);
    if (options !== undefined) return fluentdSink(options);
  }
  throw new RangeError(name);
}
