const quote = 0x22;
const backslash = 0x5c;
const openings = new Set(new TextEncoder().encode("[{"));
const closings = new Set(new TextEncoder().encode("]}"));

/**
 * Whether JSON opens more arrays and objects within each other than `levels`. Of bytes that are no JSON it says so at
 * least of what a parser reads before it gives up.
 */
export function isDeeperThan(json: Uint8Array, levels: number): boolean {
  let depth = 0;
  for (let at = 0; at < json.length; at++) {
    const byte = json[at] ?? 0;
    if (byte === quote) at = textEnd(json, at);
    else if (openings.has(byte)) {
      if (++depth > levels) return true;
    } else if (closings.has(byte)) depth--;
  }
  return false;
}

/** The place of the quote that closes the text which `start` opens. */
function textEnd(json: Uint8Array, start: number): number {
  let at = start + 1;
  for (; at < json.length && json[at] !== quote; at++) if (json[at] === backslash) at++;
  return at;
}
