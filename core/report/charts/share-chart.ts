import { formatCount, formatShare } from "../format.ts";
import { type Html, html } from "../html.ts";
import { pixel } from "./plot.ts";

/** Rows of one bin in two groups. */
export interface SharedBin {
  readonly label: string;
  readonly left: number;
  readonly right: number;
}

const width = 400;
const rowHeight = 19;
const labelWidth = 140;
const longestLabel = 20;
const shareWidth = 46;

/** Two histograms over named bins, back to back, each in shares of its own rows. */
export function shareChart(title: string, bins: readonly SharedBin[]): Html {
  const [allLeft, allRight] = [sum(bins.map(({ left }) => left)), sum(bins.map(({ right }) => right))];
  const shares = bins.map(({ left, right }) => [left / (allLeft || 1), right / (allRight || 1)] as const);
  const most = Math.max(0.05, ...shares.flat());
  const middle = labelWidth + (width - labelWidth) / 2;
  const reach = (width - labelWidth) / 2 - shareWidth;
  const height = bins.length * rowHeight;
  const lines = bins.map(({ label, left, right }, index) => {
    const [before = 0, now = 0] = shares[index] ?? [];
    const top = index * rowHeight;
    const baseline = top + rowHeight / 2;
    const long = (share: number) => (share / most) * reach;
    return html`<text class="tick" x="${labelWidth - 4}" y="${pixel(baseline)}" dy="0.32em" text-anchor="end">${shortened(label)}<title>${label}</title></text>${bar({ series: 0, x: middle - long(before), top, long: long(before), rows: left })}${bar({ series: 1, x: middle, top, long: long(now), rows: right })}<text class="tick" x="${pixel(middle - long(before) - 4)}" y="${pixel(baseline)}" dy="0.32em" text-anchor="end">${formatShare(before)}</text><text class="tick" x="${pixel(middle + long(now) + 4)}" y="${pixel(baseline)}" dy="0.32em">${formatShare(now)}</text>`;
  });
  return html`<svg class="chart" viewBox="0 0 ${width} ${height}" role="img"><title>${title}</title>${lines}<path class="axis" d="M${pixel(middle)} 0V${height}"/></svg>`;
}

interface Bar {
  readonly series: number;
  readonly x: number;
  readonly top: number;
  readonly long: number;
  readonly rows: number;
}

function bar({ series, x, top, long, rows }: Bar): Html | undefined {
  if (rows === 0) return undefined;
  return html`<rect class="bar s${series}" x="${pixel(x)}" y="${pixel(top + 3)}" width="${pixel(Math.max(1, long))}" height="${rowHeight - 6}"><title>${formatCount(rows)}</title></rect>`;
}

function shortened(label: string): string {
  return label.length > longestLabel ? `${label.slice(0, longestLabel - 1)}\u2026` : label;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
