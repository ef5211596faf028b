import type { ModelCard } from "../model/model-card.ts";
import { driftColumns } from "../prediction-log/drift/drift-counter.ts";
import { type DriftRow, driftTable } from "../prediction-log/drift/drift-table.ts";
import { type DriftWindow, driftWindow } from "../prediction-log/drift/drift-window.ts";
import { escapeLabel, type MetricFamily, type MetricSeries } from "./metrics-text.ts";

/** Never shown: it only brings the counts of several processes together, since their indexes could not be. */
const countsName = "mlt_drift_counts";

/** How far what a service is asked and says has moved from what its model was trained on. */
export interface ServiceDrift extends Pick<DriftWindow, "count" | "tick"> {
  /** What this process has counted, in a series that only processes with the same model share. */
  counted(): MetricFamily;
  /** The metrics of all processes, with the indexes in the place of what they have counted. */
  shown(families: readonly MetricFamily[]): readonly MetricFamily[];
}

/** The drift of a model that was asked nothing yet. */
export function serviceDrift(card: ModelCard): ServiceDrift {
  const columns = driftColumns(card);
  const window = driftWindow(card, columns);
  const labels = `model="${escapeLabel(card.id)}"`;
  return {
    count: window.count,
    tick: window.tick,
    counted: () => ({
      name: countsName,
      help: "",
      type: "gauge",
      combine: "sum",
      series: [{ labels, values: window.counts() }],
    }),
    shown: (families) => {
      const counts = families.find(({ name }) => name === countsName)?.series;
      const own = counts?.find((series) => series.labels === labels);
      const others = families.filter(({ name }) => name !== countsName);
      return own === undefined
        ? others
        : [...others, ...driftFamilies(driftTable(card, own.values, columns))];
    },
  };
}

function driftFamilies(table: readonly DriftRow[]): readonly MetricFamily[] {
  const features = table.filter(({ kind }) => kind === "feature");
  const predictions = table.filter(({ kind }) => kind === "prediction");
  return [
    gauge(
      "mlt_feature_psi",
      "How far a feature has moved of late from the training: population stability index, NaN of too few rows.",
      features.map((row) => ({ labels: `feature="${escapeLabel(row.name)}"`, values: [indexOf(row)] })),
    ),
    gauge(
      "mlt_prediction_psi",
      "How far the predictions have moved of late from the training: population stability index, NaN of too few rows.",
      predictions.map((row) => ({ labels: "", values: [indexOf(row)] })),
    ),
    gauge(
      "mlt_drift_rows",
      "Predicted rows that the indexes of drift are made from.",
      predictions.map(({ rows }) => ({ labels: "", values: [rows] })),
    ),
  ];
}

function indexOf({ psi, shift }: DriftRow): number {
  return psi === undefined || shift === "too_few_rows" ? Number.NaN : psi;
}

function gauge(name: string, help: string, series: readonly MetricSeries[]): MetricFamily {
  return { name, help, type: "gauge", combine: "max", series };
}
