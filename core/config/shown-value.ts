const longestShown = 60;

/** Text in quotes, on one line, safe for a terminal, and not too long for it. */
export function quoted(text: string): string {
  const short = text.length > longestShown ? `${text.slice(0, longestShown)}…` : text;
  // JSON leaves control characters beyond ASCII as they are, and some of them steer a terminal.
  return JSON.stringify(short).replace(
    /\p{C}/gu,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** A value as an error names it: a scalar as it was written, a list or map by its kind alone. */
export function shown(value: unknown): string {
  if (typeof value === "string") return quoted(value);
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (typeof value === "object" && value !== null) return "a map";
  return String(value);
}

/** Whether the text holds a user name or password, as in `mongodb://user:password@host`. */
export function holdsCredentials(text: string): boolean {
  return /:\/\/[^/\s]*@/.test(text);
}
