import { higherIsBetter, metricNames } from "../learn/metrics/metric-names.ts";
import { dataTable } from "./figure.ts";
import { formatMetric } from "./format.ts";
import { type Html, html } from "./html.ts";
import { metricText } from "./metric-text.ts";
import type { ReportData } from "./report-data.ts";

/** Every metric on held-out rows with its interval, on training rows, and beside the previous model's. */
export function metricsTable({ card, results, intervals, previous }: ReportData): Html {
  const { train, test } = card.metrics;
  const names = metricNames(results.task).filter((name) => name in test || name in train);
  const rows = names.map((name) => {
    const { name: label, meaning } = metricText(name);
    const interval = intervals[name];
    const range = interval && `${formatMetric(interval.low)}\u2009\u2013\u2009${formatMetric(interval.high)}`;
    return html`<th scope="row">${label}<small>${meaning}</small></th><td class="main">${number(test[name])}</td><td>${range ?? "\u2013"}</td><td>${number(train[name])}</td>${
      previous && comparison(name, previous.metrics[name], test[name])
    }`;
  });
  const table = dataTable({
    caption: "Metrics on rows that the model had not seen, and on the rows it learned from",
    head: html`<th scope="col">Metric</th><th scope="col">Held-out</th><th scope="col">95% interval</th><th scope="col">Training</th>${
      previous && html`<th scope="col">Version ${previous.version}</th><th scope="col">Change</th>`
    }`,
    rows,
    className: "numbers",
  });
  return html`${table}
<p class="note">The interval is where the held-out value would likely lie with other rows from the same source (percentile bootstrap).${
    previous && html` Version ${previous.version}: ${previous.note}`
  }</p>`;
}

function number(value: number | undefined): string {
  return value === undefined ? "\u2013" : formatMetric(value);
}

function comparison(metric: string, before: number | undefined, now: number | undefined): Html {
  if (before === undefined || now === undefined) return html`<td>${number(before)}</td><td>\u2013</td>`;
  const change = now - before;
  const shown = formatMetric(Math.abs(change));
  if (Number(shown) === 0) return html`<td>${number(before)}</td><td>same</td>`;
  const better = change > 0 === higherIsBetter(metric);
  return html`<td>${number(before)}</td><td class="${better ? "better" : "worse"}">${change > 0 ? "+" : "\u2212"}${shown} <span>${better ? "better" : "worse"}</span></td>`;
}
