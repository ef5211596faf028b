import type { ModelCard } from "../../core/model/model-card.ts";
import { metricText } from "../output.ts";

/** A model in a few words: `iris 0.1.0 1a2b3c4d`. */
export function modelName({ name, version, id }: ModelCard): string {
  return `${name} ${version} ${shortId(id)}`;
}

/** What is another in a model that takes the place of one: `Model 1a2b3c4d → 5e6f7a8b (accuracy 0.967 → 0.9333)`. */
export function modelChange(before: ModelCard, after: ModelCard): string {
  const changes = [
    changeOf("name", before.name, after.name),
    changeOf("version", before.version, after.version),
    scoreChange(before, after),
  ].filter((change) => change !== undefined);
  const details = changes.length === 0 ? "" : ` (${changes.join(", ")})`;
  return `Model ${shortId(before.id)} → ${shortId(after.id)}${details}`;
}

/**
 * What clients have to know of a model that takes the place of one: `feature petal_area added, class rose removed`.
 *
 * @returns nothing where requests and answers are of the same kind as before
 */
export function clientChange(before: ModelCard, after: ModelCard): string | undefined {
  const features = differences(
    "feature",
    new Map(before.features.map(({ description: _, ...asked }) => [asked.name, JSON.stringify(asked)])),
    new Map(after.features.map(({ description: _, ...asked }) => [asked.name, JSON.stringify(asked)])),
  );
  const classes = differences(
    "class",
    new Map(before.classes.map((name) => [name, ""])),
    new Map(after.classes.map((name) => [name, ""])),
  );
  const task = changeOf("task", before.task, after.task);
  const id = changeOf("id field", before.id_name ?? "none", after.id_name ?? "none");
  const changes = [task, id, ...features, ...classes].filter((change) => change !== undefined);
  return changes.length === 0 ? undefined : changes.join(", ");
}

function differences(
  kind: string,
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): string[] {
  const added = [...after.keys()].filter((name) => !before.has(name));
  const removed = [...before.keys()].filter((name) => !after.has(name));
  const changed = [...after].filter(([name, text]) => (before.get(name) ?? text) !== text);
  return [
    ...added.map((name) => `${kind} ${name} added`),
    ...removed.map((name) => `${kind} ${name} removed`),
    ...changed.map(([name]) => `${kind} ${name} changed`),
  ];
}

/** The first score, as the service shows it at its start. */
function scoreChange(before: ModelCard, after: ModelCard): string | undefined {
  const [name, score] = Object.entries(after.metrics.test)[0] ?? [];
  if (name === undefined || score === undefined) return undefined;
  const old = before.metrics.test[name];
  return old === undefined
    ? `${name} ${metricText(score)}`
    : `${name} ${metricText(old)} → ${metricText(score)}`;
}

function changeOf(what: string, before: string, after: string): string | undefined {
  return before === after ? undefined : `${what} ${before} → ${after}`;
}

function shortId(id: string): string {
  return id.slice(0, 8);
}
