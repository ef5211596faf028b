import { breakable } from "./breakable.ts";
import { rangeBar } from "./charts/range-bar.ts";
import { dataTable } from "./figure.ts";
import { formatMetric } from "./format.ts";
import { type Html, html } from "./html.ts";
import { metricText } from "./metric-text.ts";
import type { ReportData } from "./report-data.ts";

const maxFeatures = 20;

/** What the model's score owes to each feature. */
export function importanceSection(importance: NonNullable<ReportData["importance"]>): Html {
  const { metric, features } = importance;
  const shown = features.slice(0, maxFeatures);
  const low = Math.min(0, ...shown.map(({ mean, std }) => mean - std));
  const high = Math.max(0, ...shown.map(({ mean, std }) => mean + std));
  const domain = [low, high > low ? high : low + 1] as const;
  const { name } = metricText(metric);
  const rest = features.length - shown.length;
  return html`<section><h2>What it relies on</h2>${dataTable({
    caption: `${name}: how much it worsens when one feature\u2019s values are shuffled among the held-out rows`,
    head: html`<th scope="col">Feature</th><td class="wide"></td><th scope="col">Loss</th><th scope="col">\u00b1</th>`,
    rows: shown.map(
      ({ feature, mean, std }) =>
        html`<th scope="row">${breakable(feature)}</th><td class="wide">${rangeBar({ value: mean, spread: std, domain })}</td><td>${formatMetric(metric, mean)}</td><td>${formatMetric(metric, std)}</td>`,
    ),
    className: "numbers importance",
  })}<p class="note">Around zero, the model can do without the feature. Features that say the same thing share their importance.${
    rest > 0 ? ` ${rest} less important ones are not shown.` : undefined
  }</p></section>`;
}
