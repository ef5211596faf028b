type Handle = (request: Request) => Promise<Response>;

// The last of both is how the Open Inference Protocol says where the JSON of a binary body ends.
const allowedHeaders =
  "content-type, authorization, x-api-key, x-request-id, traceparent, inference-header-content-length";
const exposedHeaders =
  "x-request-id, x-model-id, x-model-version, retry-after, inference-header-content-length";
const preflightSeconds = "600";

/**
 * Lets pages of other origins read what `handle` answers, and ask beforehand whether they may; without origins,
 * `handle` itself. No cookie or password that a browser adds by itself is ever asked for.
 *
 * @param origins  `https://app.example.org`, compared as it is, or `*` for any
 * @see Fetch Standard, §3.3 CORS protocol
 */
export function crossOrigin(origins: readonly string[], handle: Handle): Handle {
  if (origins.length === 0) return handle;
  const any = origins.includes("*");
  const allowed = (origin: string | null) => {
    if (any) return "*";
    return origin !== null && origins.includes(origin) ? origin : undefined;
  };
  return async (request) => {
    const response = await handle(request);
    const { headers } = response;
    const origin = request.headers.get("origin");
    // Also where the origin is not allowed, or a cache would give that answer to one that is.
    if (!any) headers.append("vary", "origin");
    const allowedOrigin = allowed(origin);
    if (allowedOrigin === undefined) return response;
    headers.set("access-control-allow-origin", allowedOrigin);
    if (isPreflight(request)) allowRequest(headers);
    else headers.set("access-control-expose-headers", exposedHeaders);
    return response;
  };
}

function isPreflight({ method, headers }: Request): boolean {
  return method === "OPTIONS" && headers.has("origin") && headers.has("access-control-request-method");
}

/** To the answer to OPTIONS, which says in `Allow` what the path takes. */
function allowRequest(headers: Headers): void {
  const methods = headers.get("allow");
  if (methods === null) return;
  headers.set("access-control-allow-methods", methods);
  headers.set("access-control-allow-headers", allowedHeaders);
  headers.set("access-control-max-age", preflightSeconds);
}
