import type { Frame } from "./frame.ts";

/** Whether a value of unknown origin is a data frame. */
export function isFrame(value: unknown): value is Frame {
  if (typeof value !== "object" || value === null) return false;
  // Not by `in`: of a polars DataFrame that knows the columns only.
  const get = (key: keyof Frame): unknown => Reflect.get(value, key);
  return (
    Array.isArray(get("columns")) &&
    typeof get("height") === "number" &&
    typeof get("getColumn") === "function"
  );
}

/** A value in words, for an error: `a DataFrame`, `undefined`. */
export function describeValue(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  const kind = typeof value === "object" ? (value.constructor?.name ?? "plain object") : typeof value;
  return `${/^[aeiou]/i.test(kind) ? "an" : "a"} ${kind}`;
}
