import { printable } from "../report/printable.ts";

const mostNamed = 3;
const longestName = 80;

/** A name, or a label of the data, as a terminal may show it. */
export function quotedName(name: string): string {
  return `"${printable(name, longestName)}"`;
}

/** `"a"`, `"a" and "b"`, `"a", "b", "c" and 4 more`. */
export function quotedNames(names: readonly string[]): string {
  const quoted = names.map(quotedName);
  if (quoted.length > mostNamed) {
    return `${quoted.slice(0, mostNamed).join(", ")} and ${quoted.length - mostNamed} more`;
  }
  const last = quoted.at(-1) ?? "";
  return quoted.length < 2 ? last : `${quoted.slice(0, -1).join(", ")} and ${last}`;
}
