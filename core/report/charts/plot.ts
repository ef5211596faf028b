import { formatCount, withMinus } from "../format.ts";
import { type Html, html } from "../html.ts";

export interface Axis {
  readonly label: string;
  /** The least and the greatest value shown. */
  readonly domain: readonly [number, number];
  /** How a tick is written; without it, in as many digits as the steps need. */
  readonly format?: (value: number) => string;
}

export interface PlotOptions {
  /** What a screen reader says of the chart. */
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  /** Draws the data; the functions turn values into pixels. */
  readonly marks: (at: {
    readonly x: (value: number) => number;
    readonly y: (value: number) => number;
  }) => Html;
}

const width = 400;
const height = 300;
const margin = { top: 26, right: 14, bottom: 42 } as const;
/** As wide as a digit is in the widest of the fonts. */
const pixelsPerCharacter = 8;
/** What fits above a chart, or below it. */
const maxLabel = 46;

/** A chart with thin axes: grid lines across, ticks below, both labels horizontal. */
export function plot({ title, x, y, marks }: PlotOptions): Html {
  const yTicks = ticks(y);
  const left = 12 + pixelsPerCharacter * Math.max(2, ...yTicks.labels.map((label) => label.length));
  const right = width - margin.right;
  const bottom = height - margin.bottom;
  const atX = scale(x.domain, [left, right]);
  const atY = scale(y.domain, [bottom, margin.top]);
  const xTicks = ticks(x);
  const across = yTicks.values.map((value, index) => {
    const line = pixel(atY(value));
    return html`<path class="grid" d="M${pixel(left)} ${line}H${right}"/><text class="tick" x="${pixel(left - 6)}" y="${line}" dy="0.32em" text-anchor="end">${yTicks.labels[index]}</text>`;
  });
  const wide = pixelsPerCharacter * Math.max(...xTicks.labels.map((label) => label.length), 1);
  const apart = Math.abs(atX(xTicks.step) - atX(0));
  const every = Math.max(1, Math.ceil((wide + 4) / apart));
  const below = xTicks.values.map((value, index) => {
    const place = atX(value);
    // Neither over the next one nor over the edge of the picture.
    const middle = Math.min(Math.max(place, wide / 2), width - wide / 2);
    const label =
      index % every === 0
        ? html`<text class="tick" x="${pixel(middle)}" y="${bottom + 16}" text-anchor="middle">${xTicks.labels[index]}</text>`
        : undefined;
    return html`<path class="axis" d="M${pixel(place)} ${bottom}v4"/>${label}`;
  });
  return html`<svg class="chart" viewBox="0 0 ${width} ${height}" role="img"><title>${title}</title>
<text class="label" x="0" y="13">${shortened(y.label)}</text>${across}${below}<path class="axis" d="M${pixel(left)} ${bottom}H${right}"/>
<text class="label" x="${right}" y="${height - 6}" text-anchor="end">${shortened(x.label)}</text>
${marks({ x: atX, y: atY })}</svg>`;
}

/** The whole of a long label stands in the chart's title. */
function shortened(label: string): string {
  const letters = Array.from(label);
  return letters.length <= maxLabel ? label : `${letters.slice(0, maxLabel - 1).join("")}\u2026`;
}

/** A coordinate to a tenth of a pixel: what the eye can tell, and no more bytes. */
export function pixel(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** The span of the values with a little air; around a single value, one that shows it. */
export function spanOf(values: Iterable<number>): readonly [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return [0, 1];
  const air = low === high ? Math.abs(low) / 2 || 1 : (high - low) * 0.04;
  return [low - air, high + air];
}

function scale([from, to]: Axis["domain"], [start, end]: readonly [number, number]) {
  return (value: number) => start + ((value - from) / (to - from)) * (end - start);
}

/** About five round values: steps of 1, 2 or 5 times a power of ten. */
function ticks({ domain: [from, to], format }: Axis): {
  readonly step: number;
  readonly values: number[];
  readonly labels: string[];
} {
  const rough = (to - from) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((multiple) => multiple * power >= rough * 0.999) ?? 10);
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  const values = Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
  return { step, values, labels: values.map((value) => format?.(value) ?? tickLabel(value, step)) };
}

/** In as many digits as tell it from the ticks beside it. */
function tickLabel(value: number, step: number): string {
  if (value === 0 && step < 1e-4) return "0";
  const size = Math.floor(Math.log10(Math.abs(value || 1)) + 1e-9);
  const stepSize = Math.floor(Math.log10(step) + 1e-9);
  if (size >= 9 || step < 1e-4) {
    const exponential = value.toExponential(Math.min(15, Math.max(0, size - stepSize)));
    return value === 0 ? "0" : withMinus(exponential.replace(/(\.\d*?)0+e/, "$1e").replace(".e", "e"));
  }
  const decimals = Math.max(0, -stepSize);
  return decimals === 0 ? wholeNumber(Math.round(value)) : withMinus(value.toFixed(decimals));
}

function wholeNumber(value: number): string {
  return withMinus(`${value < 0 ? "-" : ""}${formatCount(Math.abs(value))}`);
}
