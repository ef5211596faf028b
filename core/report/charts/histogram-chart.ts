import { type Html, html } from "../html.ts";
import type { Bins } from "./bins.ts";
import { pixel, plot } from "./plot.ts";

export interface HistogramChartOptions {
  readonly title: string;
  readonly xLabel: string;
  /** Stacked from the axis up, each with the same bins; `series` picks the colour. */
  readonly layers: readonly { readonly series: number; readonly bins: Bins }[];
  /** Draws a line at 0. */
  readonly zero?: true;
}

/** How many rows fall into each bin, in one colour a layer. */
export function histogramChart({ title, xLabel, layers, zero }: HistogramChartOptions): Html {
  const first = layers[0]?.bins ?? { from: 0, to: 1, counts: [] };
  const totals = first.counts.map((_, bin) =>
    layers.reduce((sum, layer) => sum + (layer.bins.counts[bin] ?? 0), 0),
  );
  const bottoms = totals.map(() => 0);
  const width = (first.to - first.from) / totals.length;
  return plot({
    title,
    x: { label: xLabel, domain: [first.from, first.to] },
    y: { label: "Rows", domain: [0, Math.max(5, ...totals)] },
    marks: (at) => {
      const bars = layers.map(({ series, bins }) =>
        bins.counts.map((count, bin) => {
          if (count === 0) return undefined;
          const bottom = bottoms[bin] ?? 0;
          bottoms[bin] = bottom + count;
          const left = at.x(first.from + bin * width);
          const right = at.x(first.from + (bin + 1) * width);
          const top = at.y(bottom + count);
          return html`<rect class="bar s${series}" x="${pixel(left + 0.5)}" y="${pixel(top)}" width="${pixel(right - left - 1)}" height="${pixel(at.y(bottom) - top)}"/>`;
        }),
      );
      const line = html`<path class="reference" d="M${pixel(at.x(0))} ${pixel(at.y(0))}V26"/>`;
      return html`${bars}${zero ? line : undefined}`;
    },
  });
}
