import { type Html, html } from "../html.ts";
import type { Bins } from "./bins.ts";
import { pixel, plot } from "./plot.ts";

export interface HistogramChartOptions {
  readonly title: string;
  readonly xLabel: string;
  readonly bins: Bins;
}

/** How many rows fall into each bin, with a line at 0. */
export function histogramChart({ title, xLabel, bins }: HistogramChartOptions): Html {
  const { from, to, counts } = bins;
  const width = (to - from) / counts.length;
  return plot({
    title,
    x: { label: xLabel, domain: [from, to] },
    y: { label: "Rows", domain: [0, Math.max(5, ...counts)] },
    marks: (at) => {
      const bars = counts.map((count, bin) => {
        if (count === 0) return undefined;
        const left = at.x(from + bin * width) + 0.5;
        const right = at.x(from + (bin + 1) * width) - 0.5;
        const top = at.y(count);
        return html`<rect class="bar s0" x="${pixel(left)}" y="${pixel(top)}" width="${pixel(right - left)}" height="${pixel(at.y(0) - top)}"/>`;
      });
      const [bottom, top] = [at.y(0), at.y(Math.max(5, ...counts))].map(pixel);
      return html`${bars}<path class="reference" d="M${pixel(at.x(0))} ${bottom}V${top}"/>`;
    },
  });
}
