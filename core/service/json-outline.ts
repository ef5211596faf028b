const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const bracket = 0x5b;
const openings = new Set(new TextEncoder().encode("[{"));
const closings = new Set(new TextEncoder().encode("]}"));

/** What JSON looks like from afar. Of bytes that are no JSON it is that of what a parser reads before it gives up, or more. */
export interface JsonOutline {
  /** How many arrays and objects lie within each other. */
  readonly depth: number;
  /** How many values the outermost array has; 1 where it is empty, or no array. */
  readonly elements: number;
}

/** Looks at JSON without a parser, which takes seconds and most of a gigabyte for some megabytes of brackets. */
// biome-ignore lint/complexity/noExcessiveCognitiveComplexity: one loop over bytes; every call in it costs as much as its work.
export function jsonOutline(json: Uint8Array): JsonOutline {
  let depth = 0;
  let deepest = 0;
  let elements = 1;
  let outermost = 0;
  for (let at = 0; at < json.length; at++) {
    const byte = json[at] ?? 0;
    if (byte === quote) at = textEnd(json, at);
    else if (byte === comma) elements += depth === 1 && outermost === bracket ? 1 : 0;
    else if (openings.has(byte)) {
      if (depth++ === 0) outermost = byte;
      deepest = Math.max(deepest, depth);
    } else if (closings.has(byte)) depth--;
  }
  return { depth: deepest, elements };
}

/** The place of the quote that closes the text which `start` opens. */
function textEnd(json: Uint8Array, start: number): number {
  let at = start + 1;
  for (; at < json.length && json[at] !== quote; at++) if (json[at] === backslash) at++;
  return at;
}
