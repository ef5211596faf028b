import { isText } from "../features/feature-spec.ts";
import type { ModelCard } from "../model/model-card.ts";
import { type DriftCounter, driftCounter } from "../prediction-log/drift/drift-counter.ts";
import { type DriftRow, driftTable } from "../prediction-log/drift/drift-table.ts";
import type { LogRecord, LogValue } from "../prediction-log/log-record.ts";

const rowsAtOnce = 1024;

/** Counts the values that records hold by the bins of the training. */
export class LiveDrift {
  private readonly card: ModelCard;
  private readonly counter: DriftCounter;
  private readonly features: readonly FeatureBuffer[];
  private readonly predictions: (string | number)[] = [];

  /** @param hashed  features that the log has no values of */
  constructor(card: ModelCard, hashed: ReadonlySet<string>) {
    this.card = card;
    this.counter = driftCounter(card);
    this.features = card.features
      .filter(({ name }) => !hashed.has(name))
      .map((feature) => ({ name: feature.name, isText: isText(feature), values: [] }));
  }

  add({ features, prediction }: LogRecord["fields"]): void {
    const row = typeof features === "object" && features !== null ? features : {};
    for (const feature of this.features) {
      const value = feature.isText ? textOf(row[feature.name]) : numberOf(row[feature.name]);
      if (value === undefined) continue;
      feature.values.push(value);
      if (feature.values.length === rowsAtOnce) this.countFeature(feature);
    }
    if (typeof prediction === "string" || typeof prediction === "number") this.predictions.push(prediction);
    if (this.predictions.length === rowsAtOnce) this.countPredictions();
  }

  /** The features that the log has values of, then the predictions. */
  table(): readonly DriftRow[] {
    for (const feature of this.features) this.countFeature(feature);
    this.countPredictions();
    return driftTable(this.card, this.counter.counts()).filter(({ rows }) => rows > 0);
  }

  private countFeature({ name, isText: text, values }: FeatureBuffer): void {
    const column = text ? values.map(String) : Float32Array.from(values, Number);
    this.counter.addColumns({ nRows: values.length, values: new Map([[name, column]]) });
    values.length = 0;
  }

  private countPredictions(): void {
    const { predictions, card } = this;
    this.counter.addPredictions(
      card.task === "classification" ? predictions.map(String) : Float32Array.from(predictions, Number),
    );
    predictions.length = 0;
  }
}

interface FeatureBuffer {
  readonly name: string;
  readonly isText: boolean;
  readonly values: (string | number)[];
}

function textOf(value: LogValue | undefined): string | undefined {
  return value === null ? "" : value?.toString();
}

function numberOf(value: LogValue | undefined): number | undefined {
  // What is a text was hashed when it was logged, whatever the settings are now.
  if (value === undefined || typeof value === "string") return undefined;
  if (typeof value === "boolean") return value ? 1 : 0;
  return typeof value === "number" ? value : Number.NaN;
}
