import type { RowError } from "./row-error.ts";

const quote = 0x22;
const backslash = 0x5c;
const brace = 0x7b;
const colon = 0x3a;

/**
 * The first key that stands twice in its row: a parser keeps the last of them, and nobody would know which was meant.
 *
 * @param json  a valid array of objects that hold no arrays or objects
 * @see RFC 8259, §4
 */
export function duplicateKey(json: string): RowError | undefined {
  const keys = new Set<string>();
  let row = -1;
  // By hand: a regular expression gives up, without a word, on a text of some megabytes.
  for (let at = 0; at < json.length; at++) {
    const mark = json.charCodeAt(at);
    if (mark === brace) {
      row++;
      keys.clear();
    } else if (mark === quote) {
      const start = at;
      at = textEnd(json, start);
      if (!isKey(json, at + 1)) continue;
      const key = String(JSON.parse(json.slice(start, at + 1)));
      if (keys.has(key)) return { row, field: key, code: "duplicate", expected: "one value" };
      keys.add(key);
    }
  }
  return undefined;
}

/** The place of the quote that closes the text which `start` opens. */
function textEnd(json: string, start: number): number {
  let at = start + 1;
  for (; at < json.length && json.charCodeAt(at) !== quote; at++) if (json.charCodeAt(at) === backslash) at++;
  return at;
}

/** Whether a colon comes next. */
function isKey(json: string, after: number): boolean {
  let at = after;
  while (json.charCodeAt(at) <= 0x20) at++;
  return json.charCodeAt(at) === colon;
}
