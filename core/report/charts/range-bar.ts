import { type Html, html } from "../html.ts";
import { pixel } from "./plot.ts";

export interface RangeBarOptions {
  readonly value: number;
  /** Half the length of the whisker around the value. */
  readonly spread: number;
  /** The least and the greatest value of all bars that stand in one column. */
  readonly domain: readonly [number, number];
}

/** A bar from zero with a whisker, as wide as its cell; the number stands beside it, so readers skip it. */
export function rangeBar({ value, spread, domain: [from, to] }: RangeBarOptions): Html {
  const at = (place: number) => ((place - from) / (to - from)) * 100;
  const left = at(Math.min(0, value));
  const low = pixel(at(value - spread));
  return html`<svg class="range" viewBox="0 0 100 16" preserveAspectRatio="none" aria-hidden="true"><rect class="bar s0" x="${pixel(left)}" y="3" width="${pixel(at(Math.max(0, value)) - left)}" height="10"/><path class="whisker" d="M${low} 8H${pixel(at(value + spread))}"/><path class="axis" d="M${pixel(at(0))} 0V16"/></svg>`;
}
