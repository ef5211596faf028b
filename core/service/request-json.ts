import { jsonOutline } from "./json-outline.ts";
import { Problem } from "./problem.ts";

/** @throws {Problem} 415 when a request does not say that its body is JSON, uncompressed */
export function checkJsonHeaders(headers: Headers): void {
  const type = headers.get("content-type") ?? "";
  if (type !== "application/json") checkContentType(type);
  checkContentEncoding(headers);
}

function checkContentType(sent: string): void {
  const [type = "", ...parameters] = sent.toLowerCase().split(";");
  if (type.trim() !== "application/json") {
    throw new Problem(415, 'Send the body with the header "Content-Type: application/json"');
  }
  const charset = parameters
    .map((parameter) => parameter.trim())
    .find((parameter) => parameter.startsWith("charset="));
  if (charset !== undefined && !/^charset="?utf-?8"?$/.test(charset)) {
    throw new Problem(415, "JSON is UTF-8: send the body in it, or leave the charset out");
  }
}

/** @throws {Problem} 415 when the body is compressed */
export function checkContentEncoding(headers: Headers): void {
  const encoding = headers.get("content-encoding");
  if (encoding !== null && encoding.toLowerCase() !== "identity") {
    throw new Problem(415, "Send the body without a Content-Encoding");
  }
}

/** A body's JSON, with its text. */
export interface ParsedJson {
  readonly value: unknown;
  readonly text: string;
}

/** Far more than any request needs. */
const mostLevels = 64;

/**
 * @param checkLength  called before the body is parsed with how many elements its array has
 * @throws {Problem} 400 when the bytes are not UTF-8, not JSON, or nested too deep
 */
export function parseJson(bytes: Uint8Array, checkLength?: (elements: number) => void): ParsedJson {
  const text = decodeUtf8(bytes);
  const { depth, elements } = jsonOutline(bytes);
  if (depth > mostLevels) throw new Problem(400, `The body is nested deeper than ${mostLevels} levels`);
  checkLength?.(elements);
  try {
    return { value: JSON.parse(text), text };
  } catch (cause) {
    // The parser's own message quotes the body.
    throw new Problem(400, "The body is not valid JSON", { cause });
  }
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Problem(400, "The body is not UTF-8", { cause });
  }
}
