import { compareMetrics, type MetricComparison } from "../../evaluation/comparison.ts";
import { dataTable } from "../figure.ts";
import { formatMetric } from "../format.ts";
import { type Html, html } from "../html.ts";
import { metricText } from "../metric-text.ts";
import type { EvaluationData } from "./evaluation-data.ts";
import { verdictText } from "./evaluation-words.ts";

/** Every metric now, with its interval, beside that of the training. */
export function comparisonTable({ card, result }: EvaluationData): Html {
  const rows = compareMetrics(card, result.metrics, result.intervals).map((compared) => {
    const { metric, now, training, interval } = compared;
    const { name, meaning } = metricText(metric);
    const range =
      interval &&
      `${formatMetric(metric, interval.low)}\u2009\u2013\u2009${formatMetric(metric, interval.high)}`;
    return html`<th scope="row">${name}<small>${meaning}</small></th><td class="main">${number(metric, now)}</td><td>${range ?? "\u2013"}</td><td>${number(metric, training)}</td>${verdictCell(compared)}`;
  });
  return html`${dataTable({
    caption: "Metrics now, and on the rows that the training held out",
    head: html`<th scope="col">Metric</th><th scope="col">Now</th><th scope="col">95% interval</th><th scope="col">Training</th><th scope="col" class="text">Says</th>`,
    rows,
    className: "numbers",
  })}<p class="note">The interval is where the value would likely lie with other rows of the same time (percentile bootstrap). The training\u2019s value has one too, which report.html of the model shows.</p>`;
}

function verdictCell({ verdict }: MetricComparison): Html {
  if (verdict === undefined) return html`<td class="text">\u2013</td>`;
  return html`<td class="text ${verdict}">${verdictText(verdict)}</td>`;
}

function number(metric: string, value: number | undefined): string {
  return value === undefined ? "\u2013" : formatMetric(metric, value);
}
