import { type DayResult, dayMetric } from "../../evaluation/by-day.ts";
import { dayChart } from "../charts/day-chart.ts";
import { dataTable, figure } from "../figure.ts";
import { formatCount, formatMetric } from "../format.ts";
import { type Html, html } from "../html.ts";
import { metricText } from "../metric-text.ts";
import type { EvaluationData } from "./evaluation-data.ts";

const maxDays = 10;

/** How the model did day by day; nothing of a data file, which has no days. */
export function daysSection({ card, result, timeZone }: EvaluationData): Html | undefined {
  const days = result.log?.days ?? [];
  const metric = dayMetric(card.task);
  const { name } = metricText(metric);
  const known = days.flatMap(({ day, metrics: { [metric]: value }, interval }) =>
    value === undefined ? [] : [{ day, value, interval }],
  );
  if (known.length === 0) return undefined;
  const training = card.metrics.test[metric];
  const chart = figure({
    heading: `${name} by day`,
    explanation: `What was predicted on a day, judged by what became of it. Bars are 95% intervals: the fewer rows, the longer.${training === undefined ? "" : " The dashed line is the training\u2019s."}`,
    chart: dayChart({
      title: `${name} by day`,
      yLabel: name,
      points: known,
      reference: training,
      ...(metric === "accuracy" ? { highest: 1 } : {}),
    }),
  });
  const table = daysTable(days, metric, timeZone);
  // One dot is no line.
  if (known.length === 1) return html`<section><h2>Day by day</h2>${table}</section>`;
  return html`<section><h2>Day by day</h2><div class="pair">${chart}${table}</div></section>`;
}

function daysTable(days: readonly DayResult[], metric: string, timeZone: string): Html {
  const shown = days.slice(-maxDays);
  const left = days.length - shown.length;
  return dataTable({
    caption: `${left === 0 ? "Days" : `The last ${maxDays} of ${formatCount(days.length)} days`} (${timeZone})`,
    head: html`<th scope="col">Day</th><th scope="col">Predictions</th><th scope="col">With truth</th><th scope="col">${metricText(metric).name}</th>`,
    rows: shown.map(({ day, predictions, withTruth, metrics }) => {
      const value = metrics[metric];
      return html`<th scope="row">${day}</th><td>${formatCount(predictions)}</td><td>${formatCount(withTruth)}</td><td class="main">${value === undefined ? "\u2013" : formatMetric(metric, value)}</td>`;
    }),
    className: "numbers",
  });
}
