import { metricNames } from "../learn/metrics/metric-names.ts";
import { type Comparison, type Verdict, verdictOf } from "../model/comparison.ts";
import { dataTable } from "./figure.ts";
import { formatMetric, signedChange } from "./format.ts";
import { type Html, html } from "./html.ts";
import { metricText } from "./metric-text.ts";
import type { ReportData, ReportResults } from "./report-data.ts";

/** Every metric on held-out rows with its interval, on training rows, and beside the previous model's. */
export function metricsTable({ card, results, intervals, previous }: ReportData): Html {
  const { train, test } = card.metrics;
  const folds = card.cross_validation;
  const names = metricNames(results.task).filter((name) => name in test || name in train);
  const rows = names.map((name) => {
    const { name: label, meaning } = metricText(name);
    const interval = intervals[name];
    const range =
      interval && `${formatMetric(name, interval.low)}\u2009\u2013\u2009${formatMetric(name, interval.high)}`;
    return html`<th scope="row">${label}<small>${meaning}</small></th><td class="main">${number(name, test[name])}</td><td>${range ?? "\u2013"}</td><td>${number(name, train[name])}</td>${
      folds && foldsCell(name, folds.metrics[name])
    }${previous && changeCells(name, previous.comparison)}`;
  });
  const table = dataTable({
    caption: "Metrics on rows that the model had not seen, and on the rows it learned from",
    head: html`<th scope="col">Metric</th><th scope="col">Held\u2011out</th><th scope="col">95% interval</th><th scope="col">Training</th>${
      folds && html`<th scope="col">${folds.folds} folds</th>`
    }${previous && html`<th scope="col">Version ${previous.version}</th><th scope="col">Change</th>`}`,
    rows,
    className: "numbers",
  });
  return html`${table}
<p class="note">The interval is where the held-out value would likely lie with other rows from the same source (percentile bootstrap).${hasSmallClass(results) ? ` A class has fewer than ${fewRows} held-out rows: the intervals, but those of accuracy and log loss, may be far too narrow.` : ""}${
    folds &&
    html` The folds: mean and standard deviation over ${folds.folds} models, each fitted on ${
      card.split?.strategy === "time"
        ? "the training rows up to a time, and scored on those that came next"
        : "some of the training rows, and scored on the others"
    }.`
  }${
    previous &&
    html` Version ${previous.version} was scored on the same held-out rows; the change has an interval of its own, from both models on the same resamples.`
  }</p>`;
}

/** Under it the bootstrap knows too little of how a class varies. */
const fewRows = 10;

function hasSmallClass(results: ReportResults): boolean {
  if (results.task !== "classification") return false;
  const counts = new Map<string, number>();
  for (const label of results.test.truth) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts.values().some((count) => count < fewRows);
}

function foldsCell(
  metric: string,
  spread: { readonly mean: number; readonly std: number } | undefined,
): Html {
  if (spread === undefined) return html`<td>\u2013</td>`;
  return html`<td>${formatMetric(metric, spread.mean)} \u00b1\u2009${formatMetric(metric, spread.std)}</td>`;
}

function number(metric: string, value: number | undefined): string {
  return value === undefined ? "\u2013" : formatMetric(metric, value);
}

const verdicts: Readonly<Record<Verdict, string>> = {
  better: "better",
  worse: "worse",
  same: "",
  unclear: "may be chance",
};

/** The old value, and the change with its interval and what that says. */
function changeCells(metric: string, comparison: Comparison): Html {
  const [before, now] = [comparison.inPlace[metric], comparison.candidate[metric]];
  const cell = html`<td>${number(metric, before)}</td>`;
  if (before === undefined || now === undefined) return html`${cell}<td>\u2013</td>`;
  const verdict = verdictOf(comparison, metric);
  if (verdict === "same") return html`${cell}<td>same</td>`;
  const difference = comparison.differences[metric];
  if (difference === undefined) return html`${cell}<td>${signedChange(now - before)}</td>`;
  const range = `${signedChange(difference.low)} to ${signedChange(difference.high)}`;
  return html`${cell}<td class="${verdict}">${signedChange(difference.change)}<small>${range}</small><small>${verdicts[verdict]}</small></td>`;
}
