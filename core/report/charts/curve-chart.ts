import { type Html, html } from "../html.ts";
import { pixel, plot } from "./plot.ts";

/** One line over the unit square; `series` picks its colour. */
export interface Curve {
  readonly series: number;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface CurveChartOptions {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly curves: readonly Curve[];
  /** Straight from point to point, or each value held back to the point before. */
  readonly shape: "straight" | "step";
  /** Whether to draw the diagonal that a guess would follow. */
  readonly reference?: "diagonal";
}

/** Rates against rates: ROC and precision-recall curves. */
export function curveChart({ title, xLabel, yLabel, curves, shape, reference }: CurveChartOptions): Html {
  return plot({
    title,
    x: { label: xLabel, domain: [0, 1] },
    y: { label: yLabel, domain: [0, 1] },
    marks: (at) => {
      const diagonal = html`<path class="reference" d="M${pixel(at.x(0))} ${pixel(at.y(0))}L${pixel(at.x(1))} ${pixel(at.y(1))}"/>`;
      // Earlier lines are wider, so that one that lies under another still shows at its sides.
      const extra = Math.min(1.5, 3 / Math.max(1, curves.length - 1));
      const lines = curves.map(({ series, points }, index) => {
        const width = 2 + extra * (curves.length - 1 - index);
        const places = points.map(([x, y]) => [at.x(x), at.y(y)] as const);
        return html`<path class="curve s${series}" stroke-width="${pixel(width)}" d="${pathOf(thin(places), shape)}"/>`;
      });
      return html`${reference === "diagonal" ? diagonal : undefined}${lines}`;
    },
  });
}

type Place = readonly [x: number, y: number];

/** Leaves out points that the eye cannot tell from the one before. */
function thin(places: readonly Place[]): Place[] {
  const kept: Place[] = [];
  for (const [index, place] of places.entries()) {
    const [x, y] = kept.at(-1) ?? [Number.NEGATIVE_INFINITY, 0];
    const far = Math.abs(place[0] - x) + Math.abs(place[1] - y) >= 0.7;
    if (far || index === places.length - 1) kept.push(place);
  }
  return kept;
}

function pathOf(places: readonly Place[], shape: CurveChartOptions["shape"]): string {
  const [first, ...rest] = places.map(([x, y]) => [pixel(x), pixel(y)] as const);
  if (!first) return "";
  const steps = rest.map(([x, y]) => (shape === "step" ? `V${y}H${x}` : `L${x} ${y}`));
  return `M${first[0]} ${first[1]}${steps.join("")}`;
}
