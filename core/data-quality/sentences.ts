const mostNamed = 3;

/** `"a"`, `"a" and "b"`, `"a", "b", "c" and 4 more`. */
export function quotedNames(names: readonly string[]): string {
  const quoted = names.map((name) => `"${name}"`);
  if (quoted.length > mostNamed) {
    return `${quoted.slice(0, mostNamed).join(", ")} and ${quoted.length - mostNamed} more`;
  }
  const last = quoted.at(-1) ?? "";
  return quoted.length < 2 ? last : `${quoted.slice(0, -1).join(", ")} and ${last}`;
}
