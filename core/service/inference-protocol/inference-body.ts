import { Problem } from "../problem.ts";
import type { BodyReader } from "../request-body.ts";
import { checkContentEncoding, parseJson } from "../request-json.ts";
import { badRequest } from "./inference-problem.ts";

/** The header that says how many bytes of a body are JSON; binary tensors follow them. */
export const jsonLengthHeader = "inference-header-content-length";

/** A body in its two parts. */
export interface InferenceBody {
  readonly json: unknown;
  /** Empty where the whole body is JSON. */
  readonly binary: Uint8Array;
}

/**
 * The body of an inference request.
 *
 * @throws {Problem} 415 when it is of another type or compressed, 413 when it is longer than the limit, 408 when it takes too long, 400 when it is cut off
 * @see Binary Tensor Data Extension of the Open Inference Protocol
 */
export async function inferenceBody(request: Request, readBody: BodyReader): Promise<InferenceBody> {
  checkContentType(request.headers);
  checkContentEncoding(request.headers);
  const bytes = await readBody(request);
  if (bytes.length === 0) throw badRequest('The body is empty; send a JSON object with "inputs"');
  const jsonBytes = jsonLength(request.headers, bytes.length);
  return { json: parseJson(bytes.subarray(0, jsonBytes)).value, binary: bytes.subarray(jsonBytes) };
}

/** Clients of the protocol name the type of a body seldom, and differ in it where it has binary data. */
function checkContentType(headers: Headers): void {
  const sent = (headers.get("content-type") ?? "").toLowerCase().replaceAll(" ", "");
  if (/^$|^application\/(json|octet-stream)(;charset="?utf-?8"?)?$/.test(sent)) return;
  throw new Problem(
    415,
    'Send the body with the header "Content-Type: application/json", or with "application/octet-stream"',
  );
}

function jsonLength(headers: Headers, sizeBytes: number): number {
  const sent = headers.get(jsonLengthHeader);
  if (sent === null) return sizeBytes;
  const length = /^\d{1,15}$/.test(sent) ? Number(sent) : 0;
  if (length >= 1 && length <= sizeBytes) return length;
  throw badRequest(
    `Inference-Header-Content-Length must be the length of the JSON in bytes, from 1 to the ${sizeBytes} of the body`,
  );
}
