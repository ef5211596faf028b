// JSON read from bytes. Each function takes the place where it starts and gives the place where it ends, or -1: with
// the place in a local variable a loop over a body runs three times as fast as with a cursor object.

/** The place of the first byte from `at` that is no blank. */
export function skipBlanks(bytes: Uint8Array, at: number): number {
  let place = at;
  for (let byte = bytes[place] ?? 0; byte <= 0x20; byte = bytes[++place] ?? 0) {
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return place;
  }
  return place;
}

/** The place behind these bytes, if they stand at `at`. */
export function skipBytes(bytes: Uint8Array, at: number, wanted: Uint8Array): number {
  for (let index = 0; index < wanted.length; index++) if (bytes[at + index] !== wanted[index]) return -1;
  return at + wanted.length;
}

/**
 * The place behind the number at `at`.
 *
 * @param value  its first element is set to the number
 */
// biome-ignore lint/complexity/noExcessiveCognitiveComplexity: one loop over bytes; every call in it costs as much as its work.
export function scanNumber(bytes: Uint8Array, at: number, value: Float64Array): number {
  const negative = bytes[at] === 0x2d;
  const wholeStart = negative ? at + 1 : at;
  let place = wholeStart;
  let digits = 0;
  for (let byte = bytes[place] ?? 0; byte >= 0x30 && byte <= 0x39; byte = bytes[++place] ?? 0) {
    digits = digits * 10 + byte - 0x30;
  }
  let nDigits = place - wholeStart;
  if (nDigits === 0 || (nDigits > 1 && bytes[wholeStart] === 0x30)) return -1;
  let scale = 0;
  if (bytes[place] === 0x2e) {
    const fractionStart = ++place;
    for (let byte = bytes[place] ?? 0; byte >= 0x30 && byte <= 0x39; byte = bytes[++place] ?? 0) {
      digits = digits * 10 + byte - 0x30;
    }
    scale = place - fractionStart;
    nDigits += scale;
    if (scale === 0) return -1;
  }
  if (nDigits > 15 || bytes[place] === 0x65 || bytes[place] === 0x45) return scanLongNumber(bytes, at, value);
  // Both are exact up to 15 digits, so that their quotient is the nearest double (Clinger 1990).
  const size = digits / (powersOfTen[scale] ?? 1);
  value[0] = negative ? -size : size;
  return place;
}

/** Of the digits behind a point of up to 15 in all. Both are exact, so that their quotient is the nearest double (Clinger 1990). */
export const powersOfTen = Float64Array.from({ length: 16 }, (_, exponent) => 10 ** exponent);

/** A number of many digits, or with an exponent. */
function scanLongNumber(bytes: Uint8Array, at: number, value: Float64Array): number {
  let text = "";
  let place = at;
  for (; numberBytes.has(bytes[place] ?? 0); place++) {
    if (text.length === mostDigits) return -1;
    text += String.fromCharCode(bytes[place] ?? 0);
  }
  if (!/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text)) return -1;
  value[0] = Number(text);
  return place;
}

/** Longer ones are for the parser, which reads millions of digits without a text of them. */
const mostDigits = 400;
const numberBytes = new Set(new TextEncoder().encode("0123456789+-.eE"));

/** The place of the quote that closes the text which begins at `at`; -1 where it holds an escape or a control character. */
export function textEnd(bytes: Uint8Array, at: number): number {
  for (let place = at; place < bytes.length; place++) {
    const byte = bytes[place] ?? 0;
    if (byte === 0x22) return place;
    if (byte === 0x5c || byte < 0x20) return -1;
  }
  return -1;
}

// A byte order mark within a body is a character of its text.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text between two places; nothing where it is no UTF-8. */
export function textBetween(bytes: Uint8Array, start: number, end: number): string | undefined {
  // A decoder costs more than a short text.
  let text = "";
  for (let place = start; place < end; place++) {
    const byte = bytes[place] ?? 0;
    if (byte > 0x7e || place - start > 50) return decoded(bytes.subarray(start, end));
    text += String.fromCharCode(byte);
  }
  return text;
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}
