import { isInTargetUnit } from "../learn/metrics/metric-names.ts";

/** A whole number with its thousands apart: 12,345. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** "1 row", "30 rows". */
export function formatRows(count: number): string {
  return `${formatCount(count)} ${count === 1 ? "row" : "rows"}`;
}

/** A measured number in about four digits: 0.01235, 5.843, 12,346, 1.2e+9. */
export function formatNumber(value: number): string {
  const size = Math.abs(Number(value.toPrecision(4)));
  if (value === 0) return "0";
  if (size >= 1e9 || size < 1e-4) return withMinus(value.toExponential(2).replace(/\.?0+e/, "e"));
  if (size >= 1_000) return withMinus(`${value < 0 ? "-" : ""}${formatCount(Math.round(Math.abs(value)))}`);
  return withMinus(String(Number(value.toPrecision(4))));
}

/** Puts a minus sign, as wide as a digit, where programs write a hyphen. */
export function withMinus(number: string): string {
  return number.replace(/^-/, "\u2212");
}

/** A share as a percentage: 96.7%; not rounded to all or nothing. */
export function formatShare(share: number): string {
  const percent = share * 100;
  if (percent > 0 && percent < 0.1) return "<0.1%";
  if (percent < 100 && percent > 99.9) return ">99.9%";
  return `${percent === 0 || percent === 100 ? percent : percent.toFixed(1)}%`;
}

/** A metric's value: three decimals, or four digits where it is in the target's unit. */
export function formatMetric(metric: string, value: number): string {
  if (isInTargetUnit(metric)) return formatNumber(value);
  return withMinus(value.toFixed(3)).replace(/^\u2212(0\.000)$/, "$1");
}

/** A change in a metric, in two digits: +0.013, \u22124.9. */
export function signedChange(change: number): string {
  const shown = formatNumber(Number(change.toPrecision(2)));
  return change > 0 ? `+${shown}` : shown;
}

const months = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
] as const;

/** An ISO 8601 time in UTC as a person writes it: 24 November 2026, 13:22 UTC. */
export function formatTime(iso: string): string {
  const [, year, month, day, time] = /^(\d{4})-(\d\d)-(\d\d)T(\d\d:\d\d).*Z$/.exec(iso) ?? [];
  const name = months[Number(month) - 1];
  return name ? `${Number(day)} ${name} ${year}, ${time} UTC` : iso;
}
