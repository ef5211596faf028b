import { formatCount, formatNumber, formatRows, formatShare, signedChange } from "./format.ts";
import { type Html, html } from "./html.ts";
import { metricText } from "./metric-text.ts";
import type { ReportData, ReportResults } from "./report-data.ts";

const rareShare = 0.3;

/** What the model does and how well, in sentences that need no statistics. */
export function summary(data: ReportData): Html {
  const { results } = data;
  if (results.test.truth.length === 0) {
    return html`<p class="lead">No rows were held out, so nothing is known of how the model does on new data.</p>`;
  }
  const [figure, unit] = headline(data);
  return html`<div class="summary"><p class="figure"><b>${figure}</b> <span>${unit}</span></p>
<div>${results.task === "classification" ? classSentences(results, data) : numberSentences(results, data)}
${relies(data)}${data.previous && comparisonSentence(data.previous)}</div></div>`;
}

function headline({ card, results }: ReportData): readonly [string, string] {
  const { accuracy = 0, mae = 0 } = card.metrics.test;
  return results.task === "classification"
    ? [formatShare(accuracy), "right on rows it had not seen"]
    : [`\u00b1${formatNumber(mae)}`, "mean error on rows it had not seen"];
}

type ClassResult = Extract<ReportResults, { task: "classification" }>;
type NumberResult = Extract<ReportResults, { task: "regression" }>;

function classSentences({ train, test }: ClassResult, { card, intervals }: ReportData): Html {
  const n = test.truth.length;
  const right = test.truth.filter((label, row) => label === test.predictions.labels[row]).length;
  const usual = mostFrequent(train.truth);
  const usualRight = test.truth.filter((label) => label === usual).length;
  const interval = intervals["accuracy"];
  const doubt =
    interval &&
    `With this many rows, its true share of right answers is likely between ${formatShare(interval.low)} and ${formatShare(interval.high)}.`;
  // No mistake in n rows: the largest rate of mistakes that would still leave that a 1 in 20 chance.
  const unseen = `That leaves room for up to ${formatShare(1 - 0.05 ** (1 / n))} mistakes: no mistake in so many rows is not proof of none.`;
  return html`<p class="lead">Of ${formatRows(n)} held out, it gave the right <b>${card.target}</b> for <b>${formatCount(right)}</b>. Always answering \u201c${usual}\u201d would have been right for ${formatCount(usualRight)} (${formatShare(usualRight / n)}).</p>
<p>${right === n ? unseen : doubt}</p>${rareClass(test)}`;
}

/** Of two classes one of which is rare, a high share of right answers may be no more than always giving the other. */
function rareClass({ truth, predictions }: ClassResult["test"]): Html | undefined {
  const counts = Map.groupBy(truth.keys(), (row) => truth[row] ?? "");
  const [[rare = "", rows = []] = [], ...others] = [...counts].sort(([, a], [, b]) => a.length - b.length);
  if (others.length !== 1 || rows.length > rareShare * truth.length) return undefined;
  const found = rows.filter((row) => predictions.labels[row] === rare).length;
  const said = predictions.labels.filter((label) => label === rare).length;
  const right =
    said === 0
      ? "it never said so"
      : `of the ${formatCount(said)} times that it said so, ${formatCount(found)} were right (${formatShare(found / said)})`;
  return html`<p>Of the ${formatRows(rows.length)} that are \u201c${rare}\u201d it found <b>${formatCount(found)}</b> (${formatShare(found / rows.length)}); ${right}.</p>`;
}

function numberSentences({ train, test }: NumberResult, { card }: ReportData): Html {
  const { mae = 0, median_absolute_error: median = 0, r2 } = card.metrics.test;
  const n = test.truth.length;
  const mean = sum(Array.from(train.truth)) / train.truth.length;
  const usual = sum(Array.from(test.truth, (value) => Math.abs(value - mean))) / n;
  const explained =
    r2 !== undefined && r2 > 0
      ? `It explains ${formatShare(r2)} of how ${card.target} varies among these rows.`
      : undefined;
  return html`<p class="lead">On ${formatRows(n)} held out, its <b>${card.target}</b> is off by <b>${formatNumber(mae)}</b> on average, and by less than ${formatNumber(median)} for half of them. Always answering the mean, ${formatNumber(mean)}, would be off by ${formatNumber(usual)}.</p>
<p>${explained}</p>`;
}

function relies({ importance }: ReportData): Html | undefined {
  const useful = (importance?.features ?? []).filter(({ mean, std }) => mean > std && mean > 0);
  const [first, second] = useful.map(({ feature }) => feature);
  if (first === undefined) return undefined;
  return html`<p>It relies most on <b>${first}</b>${second === undefined ? undefined : html`, then on <b>${second}</b>`}.</p>`;
}

/** Whether it does better than the one that it replaces, or whether that may be chance. */
function comparisonSentence({ version, comparison }: NonNullable<ReportData["previous"]>): Html | undefined {
  const { metric, verdict, differences } = comparison;
  const { name } = metricText(metric);
  if (verdict === "same")
    return html`<p>Version ${version}, which it replaces, does as well on the same rows.</p>`;
  const difference = differences[metric];
  if (difference === undefined) return undefined;
  const range = `${signedChange(difference.low)} to ${signedChange(difference.high)}`;
  const meaning = {
    better: "it does better by more than chance",
    worse: "it does worse by more than chance",
    unclear: "that may be chance",
  };
  return html`<p>Against version ${version} on the same rows, ${name} changed by <b>${signedChange(difference.change)}</b>, likely by ${range}: ${meaning[verdict]}.</p>`;
}

function mostFrequent(labels: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const [first] = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  return first?.[0] ?? "";
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
