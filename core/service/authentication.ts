import type { ModelCard } from "../model/model-card.ts";
import { problemResponses } from "./openapi-parts.ts";
import { Problem } from "./problem.ts";
import type { Call, Route } from "./route.ts";

/** How a client may send a key, as OpenAPI's `components.securitySchemes`. */
export const securitySchemes = {
  apiKey: { type: "apiKey", in: "header", name: "X-API-Key" },
  bearer: { type: "http", scheme: "bearer" },
} as const;

/**
 * The routes, of which those that tell of the model or predict ask for one of the keys; without keys, all as they are.
 *
 * @param keys  visible ASCII; none: anybody is answered
 */
export function guardRoutes(
  routes: readonly Route[],
  keys: readonly string[],
  card: Pick<ModelCard, "name">,
): readonly Route[] {
  if (keys.length === 0) return routes;
  const authenticate = authenticator(keys, card.name);
  return routes.map((route) => (needsKey(route.path) ? guarded(route, authenticate) : route));
}

/** Probes and metrics are asked by machines that hold no key, and tell nothing of what is predicted. */
function needsKey(path: string): boolean {
  if (path === "/v2/health/live" || path === "/v2/health/ready") return false;
  return path === "/v2" || path.startsWith("/v2/") || path.startsWith("/api/");
}

function guarded(route: Route, authenticate: (request: Request) => void): Route {
  const respond = (call: Call) => {
    authenticate(call.request);
    return route.respond(call);
  };
  if (route.detail === undefined) return { ...route, respond };
  const security = Object.keys(securitySchemes).map((name) => ({ [name]: [] }));
  const responses = { ...route.detail.responses, ...problemResponses([401]) };
  return { ...route, respond, detail: { ...route.detail, security, responses } };
}

/**
 * A check that throws `Problem` 401 unless the request sends one of the keys, as `X-API-Key: <key>` or as
 * `Authorization: Bearer <key>`. What it sends must be right: a wrong key beside a right one is refused.
 *
 * @param realm  what the keys are for
 * @see RFC 6750, §2.1 and §3
 */
function authenticator(keys: readonly string[], realm: string): (request: Request) => void {
  const isKey = keyComparison(keys);
  const challenge = `Bearer realm="${realm.replace(/[^\x20-\x7e]|["\\]/g, "?")}"`;
  const refused = unauthorized(challenge);
  const invalid = unauthorized(`${challenge}, error="invalid_token"`);
  return ({ headers }) => {
    const apiKey = headers.get("x-api-key");
    const authorization = headers.get("authorization");
    if (apiKey === null && authorization === null) throw refused();
    // Both are compared before either decides.
    const rightKey = apiKey === null || isKey(apiKey);
    const rightToken = authorization === null || isKey(bearerToken(authorization));
    if (!rightKey || !rightToken) throw invalid();
  };
}

function unauthorized(challenge: string): () => Problem {
  const detail = 'This path needs an API key: send "X-API-Key: <key>" or "Authorization: Bearer <key>"';
  return () => new Problem(401, detail, { headers: { "www-authenticate": challenge } });
}

/** The token of a header such as `Bearer abc`; of another scheme the empty text, which is no key. */
function bearerToken(authorization: string): string {
  return /^bearer +(\S+)$/i.exec(authorization)?.[1] ?? "";
}

/**
 * Whether a text is one of the keys, in a time that tells nothing of them: every key is compared, and each over the
 * length of the longest, whatever was sent. It is done by hand since the comparison of `node:crypto` is a runtime's,
 * and that of digests waits for `crypto.subtle` at every request.
 */
export function keyComparison(keys: readonly string[]): (text: string) => boolean {
  const longest = Math.max(...keys.map((key) => key.length));
  const padded = keys.map((key) => ({ length: key.length, text: key.padEnd(longest, "\0") }));
  return (text) => {
    const sent = text.padEnd(longest, "\0");
    let found = 0;
    for (const key of padded) {
      let difference = key.length ^ text.length;
      for (let index = 0; index < longest; index++) {
        difference |= key.text.charCodeAt(index) ^ sent.charCodeAt(index);
      }
      found |= Number(difference === 0);
    }
    return found === 1;
  };
}
