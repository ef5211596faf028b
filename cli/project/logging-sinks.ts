import { fluentdSink } from "../../adapters/fluentd/fluentd-sink.ts";
import { mongodbSink } from "../../adapters/mongodb/mongodb-sink.ts";
import type { Config } from "../../core/config/schema.ts";
import type { PredictionSink } from "../../core/ports.ts";
import { warn } from "../output.ts";
import { fluentdOptions } from "./fluentd-settings.ts";
import { mongodbOptions } from "./mongodb-settings.ts";
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

/** Whose records are delivered. */
export interface SinkProject extends ServedProject {
  /** The name of the id in features.yaml, if the model has one. */
  readonly idName: string | undefined;
}

/** Opens a sink that is set; it connects when it is written to. */
export async function openSink(name: SinkName, project: SinkProject): Promise<PredictionSink> {
  if (name === "fluentd") return fluentdSink(given(name, await fluentdOptions(project)));
  const { logging } = project.config;
  return mongodbSink({
    ...given(name, mongodbOptions(logging)),
    ttlDays: logging.mongodb.ttl_days,
    idName: project.idName,
    onWarning: warn,
  });
}

function given<Options>(name: SinkName, options: Options | undefined): Options {
  if (options === undefined) throw new RangeError(`logging.${name} is not set`);
  return options;
}
