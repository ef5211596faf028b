import { type Html, html } from "./html.ts";

export interface FigureOptions {
  readonly heading: string;
  /** One or two sentences for a reader who has not seen such a chart before. */
  readonly explanation: string;
  readonly chart: Html;
  readonly legend?: readonly LegendEntry[];
}

export interface LegendEntry {
  readonly series: number;
  readonly label: string;
  readonly value?: string;
}

/** A chart with its heading, its legend and how to read it. */
export function figure({ heading, explanation, chart, legend = [] }: FigureOptions): Html {
  const entries = legend.map(
    ({ series, label, value }) =>
      html`<li><span class="key s${series}"></span>${label}${value === undefined ? undefined : html` <b>${value}</b>`}</li>`,
  );
  return html`<figure><h3>${heading}</h3>${chart}
${entries.length === 0 ? undefined : html`<ul class="legend">${entries}</ul>`}<figcaption>${explanation}</figcaption></figure>`;
}

export interface DataTableOptions {
  readonly caption: string;
  readonly head: Html;
  readonly rows: readonly Html[];
  readonly className?: string;
}

/** A table that scrolls in its own box where the page is narrower than it. */
export function dataTable({ caption, head, rows, className = "" }: DataTableOptions): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table class="${className}">
<caption><span>${caption}</span></caption><thead><tr>${head}</tr></thead>
<tbody>
${rows.map(
  (row) => html`<tr>${row}</tr>
`,
)}</tbody></table></div>`;
}
