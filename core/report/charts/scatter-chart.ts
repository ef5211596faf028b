import { type Html, html } from "../html.ts";
import { type Axis, pixel, plot } from "./plot.ts";

export interface ScatterChartOptions {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Where a perfect model's points would lie: on y = x, or on y = 0. */
  readonly reference: "diagonal" | "zero";
}

/** A dot a row; dots that overlap grow darker. */
export function scatterChart({ title, x, y, points, reference }: ScatterChartOptions): Html {
  return plot({
    title,
    x,
    y,
    marks: (at) => {
      const [low, high] = x.domain;
      const [start, end] = reference === "diagonal" ? [low, high] : [0, 0];
      const crowd = points.length > 400 ? "faint" : points.length > 80 ? "soft" : "clear";
      const radius = points.length > 400 ? 2.2 : 3;
      const dots = points.map(
        ([px, py]) => html`<circle cx="${pixel(at.x(px))}" cy="${pixel(at.y(py))}" r="${radius}"/>`,
      );
      return html`<g class="dots s0 ${crowd}">${dots}</g>
<path class="reference" d="M${pixel(at.x(low))} ${pixel(at.y(start))}L${pixel(at.x(high))} ${pixel(at.y(end))}"/>`;
    },
  });
}
