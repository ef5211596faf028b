import { type Html, html } from "../html.ts";
import { pixel } from "./plot.ts";

const width = 96;
const height = 24;

/** A histogram the size of a word; `title` says in words what it shows. */
export function sparkline(title: string, counts: readonly number[]): Html {
  const most = Math.max(1, ...counts);
  const step = width / Math.max(counts.length, 4);
  const bars = counts.map((count, bin) => {
    if (count === 0) return undefined;
    const tall = Math.max(1, (count / most) * height);
    return html`<rect x="${pixel(bin * step)}" y="${pixel(height - tall)}" width="${pixel(step - 1)}" height="${pixel(tall)}"/>`;
  });
  return html`<svg class="spark" viewBox="0 0 ${width} ${height}" role="img"><title>${title}</title>${bars}<path class="axis" d="M0 ${height}H${width}"/></svg>`;
}
