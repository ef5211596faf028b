import type { RowError } from "./row-error.ts";

/**
 * The first key that stands twice in its row: a parser keeps the last of them, and nobody would know which was meant.
 *
 * @param json  a valid array of objects that hold no arrays or objects
 * @see RFC 8259, §4
 */
export function duplicateKey(json: string): RowError | undefined {
  const keys = new Set<string>();
  let row = -1;
  // A text, or a mark that says what comes next: other bytes mean nothing here.
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"\s*:?|\{/g)) {
    if (token === "{") {
      row++;
      keys.clear();
    } else if (token.endsWith(":")) {
      const key: unknown = JSON.parse(token.slice(0, -1));
      if (typeof key !== "string") continue;
      if (keys.has(key)) return { row, field: key, code: "duplicate", expected: "one value" };
      keys.add(key);
    }
  }
  return undefined;
}
