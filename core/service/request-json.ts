import { Problem } from "./problem.ts";

/**
 * The JSON of a request's body.
 *
 * @throws {Problem} 415 when it says it is no JSON, 413 when it is longer than the limit, 400 when it is none
 */
export async function requestJson(request: Request, maxBodyBytes: number): Promise<unknown> {
  checkContentType(request.headers);
  const bytes = await readBody(request, maxBodyBytes);
  if (bytes.length === 0) throw new Problem(400, "The body is empty; send a JSON array of rows");
  return parseJson(bytes);
}

function checkContentType(headers: Headers): void {
  const [type = "", ...parameters] = (headers.get("content-type") ?? "").toLowerCase().split(";");
  if (type.trim() !== "application/json") {
    throw new Problem(415, 'Send the body with the header "Content-Type: application/json"');
  }
  const charset = parameters
    .map((parameter) => parameter.trim())
    .find((parameter) => parameter.startsWith("charset="));
  if (charset !== undefined && !/^charset="?utf-?8"?$/.test(charset)) {
    throw new Problem(415, "JSON is UTF-8: send the body in it, or leave the charset out");
  }
  checkContentEncoding(headers);
}

/** @throws {Problem} 415 when the body is compressed */
export function checkContentEncoding(headers: Headers): void {
  const encoding = headers.get("content-encoding") ?? "identity";
  if (encoding.toLowerCase() !== "identity") {
    throw new Problem(415, "Send the body without a Content-Encoding");
  }
}

/**
 * The bytes of a request's body.
 *
 * @throws {Problem} 413 when it is longer than the limit, 400 when it is cut off
 */
export async function readBody(request: Request, maxBodyBytes: number): Promise<Uint8Array> {
  const declared = request.headers.get("content-length");
  if (declared !== null && Number(declared) > maxBodyBytes) throw tooLarge(maxBodyBytes);
  try {
    // The server reads no further than a declared length; a length that is not declared has to be counted.
    const bytes =
      declared === null
        ? await readStream(request, maxBodyBytes)
        : new Uint8Array(await request.arrayBuffer());
    if (bytes.length > maxBodyBytes) throw tooLarge(maxBodyBytes);
    return bytes;
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    throw new Problem(400, "The body ended before it was complete", { cause });
  }
}

async function readStream({ body }: Request, maxBodyBytes: number): Promise<Uint8Array> {
  if (body === null) return new Uint8Array(0);
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of body) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBodyBytes) throw tooLarge(maxBodyBytes);
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(sizeBytes);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

/** The rest of the body is still on its way, so the connection is of no more use. */
function tooLarge(maxBodyBytes: number): Problem {
  return new Problem(
    413,
    `The body is longer than ${maxBodyBytes} bytes; send the rows in several requests`,
    {
      headers: { connection: "close" },
    },
  );
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Problem(400, "The body is not UTF-8", { cause });
  }
}

/** @throws {Problem} 400 when the bytes are not UTF-8, or not JSON */
export function parseJson(bytes: Uint8Array): unknown {
  const text = decodeUtf8(bytes);
  try {
    return JSON.parse(text);
  } catch (cause) {
    // The parser's own message quotes the body.
    throw new Problem(400, "The body is not valid JSON", { cause });
  }
}
