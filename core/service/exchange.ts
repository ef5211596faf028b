import type { Counter, Histogram } from "./metric-registry.ts";
import { Problem, problemJson } from "./problem.ts";
import type { Answer, Call, Route } from "./route.ts";
import type { ServiceMetrics } from "./service-metrics.ts";

/** One answered request, for an access log. */
export interface AccessEntry {
  readonly requestId: string;
  /** The `traceparent` header as it came, if it is one. */
  readonly traceparent?: string;
  readonly method: string;
  /** The route's path, or `unmatched`: never the raw path. */
  readonly route: string;
  readonly status: number;
  readonly durationMs: number;
  /** How many rows were predicted. */
  readonly rows?: number;
  /** The model that the route predicts with. */
  readonly model?: Route["model"];
  /** Why the answer is a 500: a bug, for people who run the service, never sent to a client. */
  readonly error?: unknown;
}

export interface ExchangeOptions {
  readonly metrics: ServiceMetrics;
  /** Monotonic, in milliseconds. */
  readonly now: () => number;
  readonly newId: () => string;
  readonly onRequest?: ((entry: AccessEntry) => void) | undefined;
}

/** What a request is answered by; a route is one. */
export type Responder = Pick<Route, "path" | "template" | "model" | "headers" | "respond" | "writeProblem">;

/** Runs routes: request id, problems, metrics and access log are the same for all of them. */
export interface Exchange {
  /** Never rejects: whatever a route throws becomes a problem. */
  run(request: Request, responder: Responder): Promise<Response>;
  inProgress(): number;
  /** Resolves when no request is in progress. */
  idle(): Promise<void>;
  /** Resolves when the requests that are in progress now are answered. */
  newPeriod(): Promise<void>;
}

/** Requests that began under the same model. */
interface Period {
  inProgress: number;
  ended: () => void;
}

/** An exchange that counts into `metrics`. */
export function exchange({ metrics, now, newId, onRequest }: ExchangeOptions): Exchange {
  let inProgress = 0;
  let period: Period = { inProgress: 0, ended: () => undefined };
  const waiting: (() => void)[] = [];
  const measure = routeMeasures(metrics);
  const begin = () => {
    period.inProgress++;
    metrics.inProgress.set(++inProgress);
    return period;
  };
  const end = (begun: Period) => {
    metrics.inProgress.set(--inProgress);
    if (--begun.inProgress === 0) begun.ended();
    if (inProgress === 0) for (const done of waiting.splice(0)) done();
  };
  return {
    async run(request, responder) {
      const startedMs = now();
      const begun = begin();
      const requestId = sentRequestId(request) ?? newId();
      const { answer, error } = await settle({ request, requestId }, responder);
      const { path, template: route = path, model } = responder;
      const status = answer.status ?? 200;
      const durationMs = now() - startedMs;
      measure(route, status, durationMs);
      end(begun);
      onRequest?.(
        accessEntry(request, { requestId, route, status, durationMs, rows: answer.rows, model, error }),
      );
      const headers = responseHeaders(answer, requestId, responder.headers);
      if (request.method === "HEAD") return withoutBody(answer, headers);
      return new Response(answer.body, { status, headers });
    },
    inProgress: () => inProgress,
    idle: () => (inProgress === 0 ? Promise.resolve() : new Promise((done) => waiting.push(done))),
    newPeriod: () => {
      const before = period;
      return new Promise((ended) => {
        period = { inProgress: 0, ended: () => undefined };
        before.ended = ended;
        if (before.inProgress === 0) ended();
      });
    },
  };
}

/** Looks every series up once. */
function routeMeasures(metrics: ServiceMetrics) {
  const known = new Map<string, { readonly durations: Histogram; readonly requests: Map<number, Counter> }>();
  return (route: string, status: number, durationMs: number) => {
    let series = known.get(route);
    if (series === undefined) {
      series = { durations: metrics.durations.of(route), requests: new Map() };
      known.set(route, series);
    }
    let requests = series.requests.get(status);
    if (requests === undefined) {
      requests = metrics.requests.of(route, String(status));
      series.requests.set(status, requests);
    }
    requests.add(1);
    series.durations.observe(durationMs / 1000);
  };
}

type Settled = Pick<AccessEntry, "requestId" | "route" | "status" | "durationMs" | "error"> & {
  readonly rows: AccessEntry["rows"] | undefined;
  readonly model: AccessEntry["model"] | undefined;
};

function accessEntry(request: Request, { rows, model, error, ...settled }: Settled): AccessEntry {
  const traceparent = sentTraceparent(request);
  return {
    ...settled,
    method: request.method,
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(rows === undefined ? {} : { rows }),
    ...(model === undefined ? {} : { model }),
    ...(error === undefined ? {} : { error }),
  };
}

async function settle(
  call: Call,
  { respond, writeProblem = problemJson }: Responder,
): Promise<{ readonly answer: Answer; readonly error?: unknown }> {
  try {
    return { answer: await respond(call) };
  } catch (error) {
    const answerOf = (problem: Problem) => problemAnswer(problem, writeProblem(problem, call.requestId));
    if (error instanceof Problem) return { answer: answerOf(error) };
    const problem = new Problem(
      500,
      "The service failed to answer; the request id names the entry in its log",
    );
    return { answer: answerOf(problem), error };
  }
}

function problemAnswer({ status, headers }: Problem, body: string): Answer {
  return { status, contentType: "application/problem+json", body, headers };
}

/** With the length of the body that GET would answer. */
function withoutBody({ body, status = 200 }: Answer, headers: Record<string, string>): Response {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  return new Response(null, {
    status,
    headers: { ...headers, "content-length": String(bytes?.length ?? 0) },
  });
}

function responseHeaders(
  answer: Answer,
  requestId: string,
  routeHeaders: Readonly<Record<string, string>> | undefined,
): Record<string, string> {
  const type = answer.body === null ? undefined : (answer.contentType ?? "application/json");
  return {
    ...(type === undefined ? {} : { "content-type": type }),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "x-request-id": requestId,
    ...routeHeaders,
    ...answer.headers,
  };
}

/** A request id is taken if it can stand in a header and a log line as it is. */
function sentRequestId(request: Request): string | undefined {
  const id = request.headers.get("x-request-id");
  return id !== null && /^[\x21-\x7e]{1,128}$/.test(id) ? id : undefined;
}

/** @see W3C Trace Context, §3.2 */
function sentTraceparent(request: Request): string | undefined {
  const header = request.headers.get("traceparent");
  return header !== null && /^[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/.test(header)
    ? header
    : undefined;
}
