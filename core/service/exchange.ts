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
  /** How many were predicted. */
  readonly rows?: number;
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
export type Responder = Pick<Route, "path" | "template" | "headers" | "respond" | "writeProblem">;

/** Runs routes: request id, problems, metrics and access log are the same for all of them. */
export interface Exchange {
  /** Never rejects: whatever a route throws becomes a problem. */
  run(request: Request, responder: Responder): Promise<Response>;
  inProgress(): number;
  /** Resolves when no request is in progress. */
  idle(): Promise<void>;
}

/** An exchange that counts into `metrics`. */
export function exchange({ metrics, now, newId, onRequest }: ExchangeOptions): Exchange {
  let inProgress = 0;
  const waiting: (() => void)[] = [];
  const count = (change: 1 | -1) => {
    inProgress += change;
    metrics.inProgress.set(inProgress);
    if (inProgress === 0) for (const done of waiting.splice(0)) done();
  };
  return {
    async run(request, responder) {
      const { path, template: route = path, headers } = responder;
      const startedMs = now();
      count(1);
      const requestId = sentRequestId(request) ?? newId();
      const { answer, error } = await settle({ request, requestId }, responder);
      const status = answer.status ?? 200;
      const durationMs = now() - startedMs;
      metrics.requests.add(1, route, String(status));
      metrics.durations.observe(durationMs / 1000, route);
      count(-1);
      const traceparent = sentTraceparent(request);
      onRequest?.({
        requestId,
        ...(traceparent === undefined ? {} : { traceparent }),
        method: request.method,
        route,
        status,
        durationMs,
        ...(answer.rows === undefined ? {} : { rows: answer.rows }),
        ...(error === undefined ? {} : { error }),
      });
      return new Response(answer.body, { status, headers: responseHeaders(answer, requestId, headers) });
    },
    inProgress: () => inProgress,
    idle: () => (inProgress === 0 ? Promise.resolve() : new Promise((done) => waiting.push(done))),
  };
}

async function settle(
  call: Call,
  { respond, writeProblem = problemJson }: Responder,
): Promise<{ answer: Answer; error?: unknown }> {
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
