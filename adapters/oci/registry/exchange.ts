import { connectionTrouble, RegistryTrouble, silence } from "./registry-trouble.ts";

export interface HttpRequest {
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Blob | string;
}

/** An answer with all of its body. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Reads a body; calls `alive` whenever some of it came. */
export type ReadBody<Result> = (response: Response, alive: () => void) => Promise<Result>;

const mostRedirects = 5;
/** Slower than 32 KB a second is as good as dead. */
const uploadBytesPerMs = 32;

/**
 * Makes one request, follows where a GET is sent to, and reads the answer. Another server is sent no authorization.
 *
 * @param timeoutMs  how long nothing may come
 * @throws {RegistryTrouble} where the connection fails or falls silent
 */
export async function exchange<Result>(
  request: HttpRequest,
  timeoutMs: number,
  read: ReadBody<Result>,
): Promise<Result> {
  const abort = new AbortController();
  const sending = request.body instanceof Blob ? request.body.size / uploadBytesPerMs : 0;
  let timer = setTimeout(() => abort.abort(), timeoutMs + sending);
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => abort.abort(), timeoutMs);
  };
  try {
    const response = await followed(request, abort.signal);
    alive();
    return await read(response, alive);
  } catch (error) {
    if (!(error instanceof ConnectionFailure)) throw error;
    throw abort.signal.aborted ? silence(timeoutMs) : connectionTrouble(error.cause);
  } finally {
    clearTimeout(timer);
    // Ends a body that nobody read.
    abort.abort();
  }
}

async function followed(
  { method, url, headers = {}, body }: HttpRequest,
  signal: AbortSignal,
): Promise<Response> {
  let target = url;
  for (let redirects = 0; redirects <= mostRedirects; redirects++) {
    const init = {
      method,
      headers: target.origin === url.origin ? { ...headers } : withoutAuthorization(headers),
    };
    const response = await orConnectionFailure(
      fetch(target, { ...init, ...(body === undefined ? {} : { body }), redirect: "manual", signal }),
    );
    const location = response.headers.get("location");
    const isRedirect = response.status >= 300 && response.status <= 399;
    if (method !== "GET" || location === null || !isRedirect) return response;
    await orConnectionFailure(response.body?.cancel() ?? Promise.resolve());
    target = locationUrl(location, target);
  }
  throw new RegistryTrouble(`it redirects more than ${mostRedirects} times`);
}

function withoutAuthorization(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => name.toLowerCase() !== "authorization"),
  );
}

/** Where an answer sends to. @throws {RegistryTrouble} where that is nowhere on the web */
export function locationUrl(location: string, base: URL): URL {
  const target = URL.parse(location, base.href);
  if (target === null || !/^https?:$/.test(target.protocol)) {
    throw new RegistryTrouble("it sends to an address that is none");
  }
  // A registry that does not know of the TLS in front of it names itself without.
  if (target.host === base.host) target.protocol = base.protocol;
  return target;
}

/** What `fetch` and its streams throw: no bug of ours, whatever it is. */
class ConnectionFailure extends Error {}

async function orConnectionFailure<Result>(network: Promise<Result>): Promise<Result> {
  try {
    return await network;
  } catch (cause) {
    throw new ConnectionFailure("The connection failed", { cause });
  }
}

/** The parts of a body as they come. */
export async function* bodyParts(response: Response, alive: () => void): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  while (reader !== undefined) {
    const { done, value } = await orConnectionFailure(reader.read());
    if (done) return;
    alive();
    yield value;
  }
}

/** Reads a whole body of at most so many bytes. */
export function wholeBody(mostBytes: number): ReadBody<HttpAnswer> {
  return async (response, alive) => {
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const part of bodyParts(response, alive)) {
      size += part.length;
      if (size > mostBytes) throw new RegistryTrouble(`its answer is longer than ${mostBytes} bytes`);
      parts.push(part);
    }
    const bytes = new Uint8Array(size);
    let offset = 0;
    for (const part of parts) {
      bytes.set(part, offset);
      offset += part.length;
    }
    return { status: response.status, headers: response.headers, bytes };
  };
}
