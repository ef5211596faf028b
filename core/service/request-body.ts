import { joinBytes } from "./join-bytes.ts";
import { Problem, type ProblemOptions } from "./problem.ts";

/**
 * Reads the bytes of a request's body.
 * Rejects with a `Problem`: 413 when it is longer than the limit, 408 when it takes too long, 400 when it is cut off.
 */
export type BodyReader = (request: Request) => Promise<Uint8Array>;

export interface BodyLimits {
  readonly maxBodyBytes: number;
  /** How long a body may take to arrive. */
  readonly bodyTimeoutMs: number;
}

interface Pending {
  readonly startedMs: number;
  readonly giveUp: (problem: Problem) => void;
}

/**
 * Reads bodies, and gives up at every `sweep` those that have taken too long: one look at all of them
 * costs less than a timer for each.
 */
export function bodyReader(
  { maxBodyBytes, bodyTimeoutMs }: BodyLimits,
  now: () => number,
): { readonly read: BodyReader; readonly sweep: () => void } {
  const pending = new Set<Pending>();
  return {
    read: (request) =>
      new Promise((resolve, giveUp) => {
        const entry = { startedMs: now(), giveUp };
        pending.add(entry);
        const done = () => pending.delete(entry);
        readBytes(request, maxBodyBytes).then(
          (bytes) => {
            done();
            if (bytes.length > maxBodyBytes) giveUp(tooLarge(maxBodyBytes, {}));
            else resolve(bytes);
          },
          (cause: unknown) => {
            done();
            giveUp(cause instanceof Problem ? cause : cutOff(cause));
          },
        );
      }),
    sweep: () => {
      const latestMs = now() - bodyTimeoutMs;
      for (const entry of pending) {
        // In the order in which they began.
        if (entry.startedMs >= latestMs) return;
        pending.delete(entry);
        entry.giveUp(tooSlow(bodyTimeoutMs));
      }
    },
  };
}

function readBytes(request: Request, maxBodyBytes: number): Promise<Uint8Array> {
  const declared = request.headers.get("content-length");
  // The server reads no further than a declared length; a length that is not declared has to be counted.
  if (declared === null) return readStream(request, maxBodyBytes);
  if (Number(declared) > maxBodyBytes) {
    // Most clients send their whole body before they read an answer, and would lose it with the connection: the
    // server lets the rest of a body pass unread, unless that would take long.
    const options = Number(declared) > 10 * maxBodyBytes ? closing : {};
    return Promise.reject(tooLarge(maxBodyBytes, options));
  }
  return request.arrayBuffer().then((buffer) => new Uint8Array(buffer));
}

async function readStream({ body }: Request, maxBodyBytes: number): Promise<Uint8Array> {
  if (body === null) return new Uint8Array(0);
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of body) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBodyBytes) throw tooLarge(maxBodyBytes, closing);
    chunks.push(chunk);
  }
  return joinBytes(chunks);
}

/** The rest of the body is still on its way, so the connection is of no more use: of this problem and of the next. */
const closing = { headers: { connection: "close" } };

function cutOff(cause: unknown): Problem {
  return new Problem(400, "The body ended before it was complete", { cause });
}

function tooLarge(maxBodyBytes: number, options: ProblemOptions): Problem {
  const detail = `The body is longer than ${maxBodyBytes} bytes; send the rows in several requests`;
  return new Problem(413, detail, options);
}

function tooSlow(timeoutMs: number): Problem {
  return new Problem(408, `The body did not arrive within ${timeoutMs / 1000} seconds`, closing);
}
