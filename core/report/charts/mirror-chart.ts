import { formatShare } from "../format.ts";
import { type Html, html } from "../html.ts";
import type { Bins } from "./bins.ts";
import { pixel, plot } from "./plot.ts";

export interface MirrorChartOptions {
  readonly title: string;
  readonly xLabel: string;
  /** Drawn upwards in the first colour. */
  readonly up: Bins;
  /** Drawn downwards in the second colour, in the same bins. */
  readonly down: Bins;
}

/** Two histograms back to back, each in shares of its own rows, so that a small group shows beside a large one. */
export function mirrorChart({ title, xLabel, up, down }: MirrorChartOptions): Html {
  const above = shares(up);
  const below = shares(down);
  const reach = Math.max(0.1, ...above, ...below) * 1.04;
  const width = (up.to - up.from) / up.counts.length;
  return plot({
    title,
    x: { label: xLabel, domain: [up.from, up.to] },
    y: {
      label: "Share of the group",
      domain: [-reach, reach],
      format: (value) => `${Math.round(Math.abs(value) * 100)}%`,
    },
    marks: (at) => {
      const bar = (series: number, share: number, bin: number, rows: number) => {
        if (share === 0) return undefined;
        const left = at.x(up.from + bin * width) + 0.5;
        const right = at.x(up.from + (bin + 1) * width) - 0.5;
        const tall = Math.max(1.5, at.y(0) - at.y(share));
        const top = series === 0 ? at.y(0) - tall : at.y(0);
        return html`<rect class="bar s${series}" x="${pixel(left)}" y="${pixel(top)}" width="${pixel(right - left)}" height="${pixel(tall)}"><title>${rows} (${formatShare(share)})</title></rect>`;
      };
      return html`${above.map((share, bin) => bar(0, share, bin, up.counts[bin] ?? 0))}${below.map(
        (share, bin) => bar(1, share, bin, down.counts[bin] ?? 0),
      )}<path class="axis" d="M${pixel(at.x(up.from))} ${pixel(at.y(0))}H${pixel(at.x(up.to))}"/>`;
    },
  });
}

function shares({ counts }: Bins): number[] {
  const rows = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => (rows === 0 ? 0 : count / rows));
}
