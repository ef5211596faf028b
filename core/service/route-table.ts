import type { Responder } from "./exchange.ts";
import { Problem } from "./problem.ts";
import type { Answer, Route } from "./route.ts";

/**
 * Finds what answers a request. Paths are exact: neither a slash too many nor one too few leads to a route.
 *
 * @param unmatchedInference  what answers a path below `/v2/` that no route has
 */
export function routeTable(
  routes: readonly Route[],
  unmatchedInference: Responder,
): (request: Request) => Responder {
  const table = new Map(routes.map((route) => [route.path, { route, other: otherMethod(route) }]));
  return ({ url, method }) => {
    const path = pathOf(url);
    const found = table.get(path);
    if (found === undefined) return path.startsWith("/v2/") ? unmatchedInference : unmatched;
    const { route, other } = found;
    return method === route.method || (method === "HEAD" && route.method === "GET") ? route : other;
  };
}

/** Between the host and the query: a whole parser would take longer than the rest of the way. */
function pathOf(url: string): string {
  const start = url.indexOf("/", url.indexOf("//") + 2);
  const query = url.indexOf("?", start);
  return query === -1 ? url.slice(start) : url.slice(start, query);
}

const unmatched: Responder = {
  path: "unmatched",
  respond: () => {
    throw new Problem(404, "There is nothing at this path; /docs lists what there is");
  },
};

function otherMethod(route: Route): Responder {
  const { method } = route;
  const allow = method === "GET" ? "GET, HEAD, OPTIONS" : "POST, OPTIONS";
  const respond = ({ request }: { readonly request: Request }): Answer => {
    if (request.method === "OPTIONS") return { body: null, status: 204, headers: { allow } };
    throw new Problem(405, `Send a ${method} request to this path`, { headers: { allow } });
  };
  return { ...route, respond };
}
