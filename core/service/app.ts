import { Elysia } from "elysia";
import type { Predictor } from "../model/predictor.ts";
import { type DocsAssets, docsRoutes } from "./docs-routes.ts";
import { type AccessEntry, exchange, type Responder } from "./exchange.ts";
import { inferenceRoutes, unmatchedInference } from "./inference-protocol/inference-routes.ts";
import { informationRoutes } from "./information-routes.ts";
import { predictionRoutes, type RequestLimits } from "./prediction-routes.ts";
import { Problem } from "./problem.ts";
import type { Answer, Route } from "./route.ts";
import { serviceMetrics } from "./service-metrics.ts";

export interface ServiceOptions {
  readonly predictor: Predictor;
  readonly limits: RequestLimits;
  /** Version of this mlt. */
  readonly mltVersion: string;
  /** Monotonic, in milliseconds. */
  readonly now: () => number;
  /** A new request id, such as a UUID. */
  readonly newId: () => string;
  readonly docsAssets: DocsAssets;
  /** Called once for every request, when its answer is known. It must not throw. */
  readonly onRequest?: (entry: AccessEntry) => void;
  /** How many lines of the log were dropped so far, for the metrics. */
  readonly droppedLogLines?: () => number;
}

/** The web service of one model. */
export interface Service {
  /** Answers a request; it never rejects. */
  fetch(request: Request): Promise<Response>;
  /**
   * From now on the service is not ready and refuses predictions; those in progress are finished.
   * Resolves when no request is left that is not answered.
   */
  drain(): Promise<void>;
  /** Requests that are not answered yet. */
  inProgress(): number;
}

/** A service that answers with the predictor, which it does not close. */
export function createService(options: ServiceOptions): Service {
  const { predictor, limits, mltVersion, now, newId, docsAssets, onRequest } = options;
  const { card } = predictor;
  let draining = false;
  const isDraining = () => draining;
  const metrics = serviceMetrics(card, options.droppedLogLines);
  const described = [
    ...predictionRoutes({ predictor, limits, metrics, isDraining }),
    ...informationRoutes({ card, metrics, isDraining }),
    ...inferenceRoutes({ predictor, limits, metrics, isDraining, mltVersion }),
  ];
  const routes = [...described, ...docsRoutes(card, docsAssets, described)];
  const { run, inProgress, idle } = exchange({ metrics, now, newId, onRequest });
  const inference = unmatchedInference(card);
  const unmatchedAt = (path: string) => (path.startsWith("/v2/") ? inference : unmatched);
  const app = routeRequests(routes, { run, unmatchedAt });
  return {
    fetch: (request) => Promise.resolve(app.handle(request)),
    drain: () => {
      draining = true;
      return idle();
    },
    inProgress,
  };
}

interface Running {
  run(request: Request, responder: Responder): Promise<Response>;
  /** What answers a path that no route has. */
  unmatchedAt(path: string): Responder;
}

/** Paths are exact: neither a slash too many nor one too few leads to a route. */
function routeRequests(routes: readonly Route[], { run, unmatchedAt }: Running) {
  // Elysia would answer 404 to a short host name, such as a Kubernetes Service's "ml".
  const app = new Elysia({ handler: { standardHostname: false }, normalize: false, strictPath: true });
  const byPath = new Map(routes.map((route) => [route.path, route]));
  app.onError(({ request, code, error, path }) => {
    const route = byPath.get(path);
    const responder = route === undefined ? unmatchedAt(path) : otherMethod(route);
    return run(
      request,
      code === "NOT_FOUND" ? responder : { ...responder, respond: () => Promise.reject(error) },
    );
  });
  for (const route of routes) {
    app.route(route.method, route.path, ({ request }) => run(request, route), { parse: "none" });
  }
  return app.compile();
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
