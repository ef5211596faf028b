import type { DriftBin, DriftRow } from "../../prediction-log/drift/drift-table.ts";
import { type SharedBin, shareChart } from "../charts/share-chart.ts";
import { dataTable, figure } from "../figure.ts";
import { formatCount } from "../format.ts";
import { type Html, html } from "../html.ts";
import type { EvaluationData } from "./evaluation-data.ts";
import { shiftText } from "./evaluation-words.ts";

const maxFigures = 12;
const maxRows = 200;
const maxBins = 14;

/** How far the features and the predictions have moved from what the training saw. */
export function driftSection({ result: { drift, log } }: EvaluationData): Html | undefined {
  if (drift.length === 0) return undefined;
  const ranked = drift.toSorted((a, b) => (b.psi ?? 0) - (a.psi ?? 0));
  const figures = ranked.slice(0, maxFigures);
  const now = log === undefined ? "these rows" : "predicted";
  return html`<section><h2>What has moved since the training</h2>${dataTable({
    caption: "Population stability index (PSI): how far apart the values now and those of the training are",
    head: html`<th scope="col">Column</th><th scope="col">PSI</th><th scope="col" class="text">Says</th><th scope="col">Rows</th>`,
    rows: ranked.slice(0, maxRows).map(driftRow),
    className: "numbers features",
  })}<p class="note">Under 0.1 it is stable, from 0.1 on it has moved, from 0.25 on it has moved a lot. Of few rows, chance alone makes an index.${
    ranked.length > maxRows ? ` ${formatCount(ranked.length - maxRows)} more columns have moved less.` : ""
  }</p><div class="figures drift">${figures.map((row) => driftFigure(row, now))}</div>${
    ranked.length > figures.length
      ? html`<p class="note">The ${maxFigures} of ${formatCount(ranked.length)} columns that have moved most are drawn.</p>`
      : undefined
  }</section>`;
}

function driftRow({ kind, name, psi, shift, rows }: DriftRow): Html {
  const mark = { stable: "text", moved: "text moved", moved_a_lot: "text worse", too_few_rows: "text none" }[
    shift
  ];
  return html`<th scope="row">${columnName(kind, name)}</th><td class="main">${psi === undefined ? "\u2013" : psi.toFixed(3)}</td><td class="${mark}">${shiftText(shift)}</td><td>${formatCount(rows)}</td>`;
}

function driftFigure({ kind, name, psi, shift, bins }: DriftRow, now: string): Html {
  const { shown, left } = mostFrequent(bins);
  return figure({
    heading: kind === "feature" ? name : `${name}, as predicted`,
    explanation: `${psi === undefined ? "" : `PSI ${psi.toFixed(3)}: ${shiftText(shift)}.`}${left === 0 ? "" : ` ${left} rarer values are not drawn.`}`,
    chart: shareChart(`${name}: the training to the left, ${now} to the right`, shown),
    legend: [
      { series: 0, label: "training, to the left" },
      { series: 1, label: `${now}, to the right` },
    ],
  });
}

/** Empty bins tell nothing; of many categories the most frequent in either group, in their order. */
function mostFrequent(bins: readonly DriftBin[]): {
  readonly shown: readonly SharedBin[];
  readonly left: number;
} {
  const filled = bins
    .filter(({ expected, actual }) => expected + actual > 0)
    .map(({ label, expected, actual }) => ({ label, left: expected, right: actual }));
  if (filled.length <= maxBins) return { shown: filled, left: 0 };
  const [before, now] = [sum(filled.map(({ left }) => left)), sum(filled.map(({ right }) => right))];
  const weight = ({ left, right }: SharedBin) => Math.max(left / (before || 1), right / (now || 1));
  const least = filled.map(weight).sort((a, b) => b - a)[maxBins - 1] ?? 0;
  const shown = filled.filter((bin) => weight(bin) >= least).slice(0, maxBins);
  return { shown, left: filled.length - shown.length };
}

function columnName(kind: DriftRow["kind"], name: string): Html {
  return kind === "feature" ? html`${name}` : html`${name} <em>predicted</em>`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
