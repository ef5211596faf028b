import type { CalibrationBin } from "../../learn/metrics/calibration-curve.ts";
import { type Html, html } from "../html.ts";
import { pixel, plot } from "./plot.ts";

export interface CalibrationChartOptions {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly bins: readonly CalibrationBin[];
}

/** What the model said against what happened, a dot a bin, its area the number of rows. */
export function calibrationChart({ title, xLabel, yLabel, bins }: CalibrationChartOptions): Html {
  const most = Math.max(1, ...bins.map((bin) => bin.rows));
  return plot({
    title,
    x: { label: xLabel, domain: [0, 1] },
    y: { label: yLabel, domain: [0, 1] },
    marks: (at) => {
      const places = bins.map((bin) => `${pixel(at.x(bin.meanScore))} ${pixel(at.y(bin.positiveShare))}`);
      const dots = bins.map(({ meanScore, positiveShare, rows }) => {
        const radius = 2.5 + 6 * Math.sqrt(rows / most);
        return html`<circle class="dot s0" cx="${pixel(at.x(meanScore))}" cy="${pixel(at.y(positiveShare))}" r="${pixel(radius)}"><title>said ${meanScore.toFixed(2)}, was ${positiveShare.toFixed(2)}, rows: ${rows}</title></circle>`;
      });
      return html`<path class="reference" d="M${pixel(at.x(0))} ${pixel(at.y(0))}L${pixel(at.x(1))} ${pixel(at.y(1))}"/>
<path class="curve s0" stroke-width="1.2" d="M${places.join("L")}"/>${dots}`;
    },
  });
}
