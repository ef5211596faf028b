import type { Interval } from "../../learn/metrics/resamples.ts";
import { type Html, html } from "../html.ts";
import { pixel, plot } from "./plot.ts";

/** One day's value, with the interval that its rows leave. */
export interface DayPoint {
  /** Such as 2026-11-24. */
  readonly day: string;
  readonly value: number;
  readonly interval: Interval | undefined;
}

export interface DayChartOptions {
  readonly title: string;
  readonly yLabel: string;
  readonly points: readonly DayPoint[];
  /** A dashed line across. */
  readonly reference: number | undefined;
  /** The greatest value that there can be. */
  readonly highest?: number;
}

/** A value by day, each with its interval, beside what it was in the training; days without a value are left out. */
export function dayChart({ title, yLabel, points, reference, highest }: DayChartOptions): Html {
  const [bottom, top] = yDomain(points, reference, highest);
  const names = new Map(points.map(({ day }) => [dayNumber(day), day]));
  const days = [...names.keys()];
  const [first, last] = [Math.min(...days) - 0.5, Math.max(...days) + 0.5];
  return plot({
    title,
    x: {
      label: "Day",
      domain: [first, last],
      format: (value) => (Number.isInteger(value) ? shortDay(value) : ""),
    },
    y: { label: yLabel, domain: [bottom, top] },
    marks: (at) => {
      const places = points.map(({ day, value }) => `${pixel(at.x(dayNumber(day)))} ${pixel(at.y(value))}`);
      const whiskers = points.map(({ day, interval }) => {
        if (interval === undefined) return undefined;
        const x = pixel(at.x(dayNumber(day)));
        return html`<path class="whisker" stroke-opacity="0.45" d="M${x} ${pixel(at.y(Math.max(bottom, interval.low)))}V${pixel(at.y(Math.min(top, interval.high)))}"/>`;
      });
      const dots = points.map(
        ({ day, value }) =>
          html`<circle class="dot s0" cx="${pixel(at.x(dayNumber(day)))}" cy="${pixel(at.y(value))}" r="${points.length > 60 ? 2.5 : 4}"><title>${day}: ${value.toPrecision(4)}</title></circle>`,
      );
      const line =
        reference === undefined
          ? undefined
          : html`<path class="reference" d="M${pixel(at.x(first))} ${pixel(at.y(reference))}H${pixel(at.x(last))}"/>`;
      return html`${line}${whiskers}<path class="curve s0" stroke-width="1.5" stroke-opacity="0.6" d="M${places.join("L")}"/>${dots}`;
    },
  });
}

/** Holds every value, and nine of ten intervals: that of a day of two rows would leave no room for the others. */
function yDomain(
  points: readonly DayPoint[],
  reference: number | undefined,
  highest: number | undefined,
): readonly [number, number] {
  const values = points.map(({ value }) => value);
  if (reference !== undefined) values.push(reference);
  const intervals = points.flatMap(({ interval }) => interval ?? []);
  const apart = Math.floor(intervals.length / 10);
  const lows = intervals.map(({ low }) => low).sort((a, b) => a - b);
  const highs = intervals.map(({ high }) => high).sort((a, b) => b - a);
  const low = Math.min(...values, ...lows.slice(apart));
  const high = Math.max(...values, ...highs.slice(apart));
  const air = (high - low) * 0.06 || Math.abs(high) / 2 || 1;
  return [Math.max(0, low - air), highest === undefined ? high + air : Math.max(highest, high)];
}

function dayNumber(day: string): number {
  return Math.round(Date.parse(`${day}T00:00:00Z`) / 86_400_000);
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

function shortDay(number: number): string {
  const date = new Date(number * 86_400_000);
  return `${date.getUTCDate()} ${months[date.getUTCMonth()]}`;
}
