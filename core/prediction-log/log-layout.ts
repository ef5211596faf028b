import { isText, type Task } from "../features/feature-spec.ts";
import type { ModelCard } from "../model/model-card.ts";

/** How one feature stands in the entries of a log. */
export interface LoggedFeature {
  readonly name: string;
  /** `text` also where the value was hashed. */
  readonly kind: "number" | "boolean" | "text";
}

/**
 * What all entries of a segment have in common: it is written once, and entries hold only what varies.
 * It also holds the settings that records are made with, so that a record is the same whoever makes it, and whenever.
 */
export interface LogLayout {
  readonly schema_version: 1;
  readonly model: {
    readonly id: string;
    readonly name: string;
    readonly version: string;
    /** ISO 8601, UTC. */
    readonly creation_time: string;
  };
  readonly task: Task;
  /** In the order of the scores; empty for a regression. */
  readonly classes: readonly string[];
  /** The name of the request's id field, if rows have one and it is logged. */
  readonly id_name?: string;
  /** Those that are logged, in the order of the entries. */
  readonly features: readonly LoggedFeature[];
  /** Most classes of a record. */
  readonly n_best: number;
  /** IANA name. */
  readonly time_zone: string;
}

/** Settings of the log that say what a record holds. */
export interface LayoutSettings {
  readonly features: boolean;
  readonly drop: readonly string[];
  readonly hash: readonly string[];
  readonly log_n_best: number;
  readonly time_zone: string;
}

/** The layout of a model's entries. */
export function logLayout(card: ModelCard, settings: LayoutSettings): LogLayout {
  const { id, name, version, creation_time, task, classes, id_name } = card;
  const dropped = new Set(settings.drop);
  const hashed = new Set(settings.hash);
  const logged = settings.features ? card.features.filter((feature) => !dropped.has(feature.name)) : [];
  return {
    schema_version: 1,
    model: { id, name, version, creation_time },
    task,
    classes,
    ...(id_name === undefined || dropped.has(id_name) ? {} : { id_name }),
    features: logged.map((feature) => ({
      name: feature.name,
      kind:
        isText(feature) || hashed.has(feature.name)
          ? "text"
          : feature.type === "boolean"
            ? "boolean"
            : "number",
    })),
    n_best: settings.log_n_best,
    time_zone: settings.time_zone,
  };
}
