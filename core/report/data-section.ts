import type { Feature } from "../features/feature-spec.ts";
import { breakable } from "./breakable.ts";
import { countInBins } from "./charts/bins.ts";
import { sparkline } from "./charts/sparkline.ts";
import { dataTable } from "./figure.ts";
import { formatCount, formatNumber, formatRows, formatShare } from "./format.ts";
import { type Html, html } from "./html.ts";
import type { ReportData } from "./report-data.ts";

const maxFeatures = 200;
/** Beyond them the table opens on demand. */
const maxOpen = 20;
const maxNamed = 3;
const maxBars = 16;

/** The rows that the model was made from: how many, and how each feature is spread. */
export function dataSection({ card, results, columns, findings }: ReportData): Html {
  const train = results.train.truth.length;
  const test = results.test.truth.length;
  const features = card.features.slice(0, maxFeatures);
  const rest = card.features.length - features.length;
  const rows = features.map((feature) => featureRow(feature, columns.values.get(feature.name) ?? []));
  return html`<section><h2>The data</h2>
<p>${formatRows(train + test)}: the model learned from <b>${formatCount(train)}</b>, and <b>${formatCount(test)}</b> were held out to test it.</p>
${findings.length === 0 ? undefined : html`<ul class="findings">${findings.map(({ message }) => html`<li>${message}</li>`)}</ul>`}
${columnTable("The target and the features over all rows", [targetRow(card.target, results), ...rows.slice(0, maxOpen)])}${
  rows.length > maxOpen
    ? html`<details><summary>The other ${rows.length - maxOpen} features</summary>${columnTable("More features over all rows", rows.slice(maxOpen))}</details>`
    : undefined
}${rest > 0 ? html`<p class="note">${formatCount(rest)} more features are not shown.</p>` : undefined}</section>`;
}

function columnTable(caption: string, rows: readonly Html[]): Html {
  return dataTable({
    caption,
    head: html`<th scope="col">Column</th><th scope="col" class="text">Type</th><th scope="col">Missing</th><th scope="col">Least</th><th scope="col">Mean</th><th scope="col">Greatest</th><th scope="col" class="text">Spread</th>`,
    rows,
    className: "numbers features",
  });
}

function targetRow(target: string, results: ReportData["results"]): Html {
  const name = html`${breakable(target)} <em>target</em>`;
  if (results.task === "classification") {
    return row(name, "class", texts([...results.train.truth, ...results.test.truth]));
  }
  const values = Float64Array.from([...Array.from(results.train.truth), ...Array.from(results.test.truth)]);
  return row(name, "number", numbers(values));
}

function featureRow(feature: Feature, values: Float32Array | readonly string[]): Html {
  const name = html`${breakable(feature.name)}${feature.description === undefined ? undefined : html`<small>${feature.description}</small>`}`;
  if (!(values instanceof Float32Array)) return row(name, feature.type, texts(values));
  if (feature.type !== "boolean") return row(name, feature.type, numbers(values));
  const words = Array.from(values, (value) => (Number.isNaN(value) ? "" : value === 1 ? "true" : "false"));
  return row(name, feature.type, texts(words));
}

interface Spread {
  readonly missing: string;
  /** Three cells: least, mean, greatest; or one of their width. */
  readonly cells: Html;
  readonly chart: Html | undefined;
}

function row(name: Html, type: string, { missing, cells, chart }: Spread): Html {
  return html`<th scope="row">${name}</th><td class="text">${type}</td><td>${missing}</td>${cells}<td class="text">${chart}</td>`;
}

function numbers(values: Float32Array | Float64Array): Spread {
  let sum = 0;
  let present = 0;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < values.length; row++) {
    const value = values[row] ?? Number.NaN;
    if (!Number.isFinite(value)) continue;
    present += 1;
    sum += value;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const missing = missingText(values.length - present, values.length);
  if (present === 0) return { missing, cells: html`<td colspan="3">no value</td>`, chart: undefined };
  const bins = countInBins(values, low, high, low === high ? 1 : maxBars);
  const title = `Histogram from ${formatNumber(low)} to ${formatNumber(high)}`;
  return {
    missing,
    cells: html`<td>${formatNumber(low)}</td><td>${formatNumber(sum / present)}</td><td>${formatNumber(high)}</td>`,
    chart: sparkline(title, bins.counts),
  };
}

function texts(values: readonly string[]): Spread {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const missing = counts.get("") ?? 0;
  counts.delete("");
  const ranked = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  const named = ranked.slice(0, maxNamed).map(([value, count], index) => {
    const share = formatShare(count / (values.length - missing));
    return html`${index === 0 ? "" : ", "}${breakable(value)} ${share}`;
  });
  const more = ranked.length - named.length;
  const title = `${formatCount(ranked.length)} categories, the most frequent first`;
  return {
    missing: missingText(missing, values.length),
    cells: html`<td colspan="3" class="text">${named.length === 0 ? "no value" : named}${more > 0 ? ` and ${formatCount(more)} more` : undefined}</td>`,
    chart: sparkline(
      title,
      ranked.slice(0, maxBars).map(([, count]) => count),
    ),
  };
}

function missingText(missing: number, rows: number): string {
  return missing === 0 ? "\u2013" : `${formatCount(missing)} (${formatShare(missing / rows)})`;
}
