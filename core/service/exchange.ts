import type { Counter, Histogram } from "./metric-registry.ts";
import { isProbe } from "./probes.ts";
import { Problem, problemJson } from "./problem.ts";
import { type RequestAttendance, requestAttendance } from "./request-attendance.ts";
import { responseWriter, type WrittenAnswer } from "./response.ts";
import type { Answer, Route } from "./route.ts";
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
  /** Whether a connection is to end with the answer that is made now. */
  readonly closes: () => boolean;
}

/** What a request is answered by; a route is one. */
export type Responder = Pick<Route, "path" | "template" | "model" | "headers" | "respond" | "writeProblem">;

/** Runs routes: request id, problems, metrics and access log are the same for all of them. */
export interface Exchange extends Omit<RequestAttendance, "begin" | "end"> {
  /** Never rejects: whatever a route throws becomes a problem. */
  run(request: Request, responder: Responder): Promise<Response>;
}

/** An exchange that counts into `metrics`. */
export function exchange({ metrics, now, newId, onRequest, closes }: ExchangeOptions): Exchange {
  const { begin, end, ...attendance } = requestAttendance(metrics.inProgress, now);
  const measure = routeMeasures(metrics);
  const responseOf = responseWriter();
  return {
    ...attendance,
    async run(request, responder) {
      const startedMs = now();
      const begun = begin();
      const requestId = sentRequestId(request) ?? newId();
      let answer: WrittenAnswer;
      let error: unknown;
      try {
        answer = written(await responder.respond({ request, requestId, startedMs }));
      } catch (cause) {
        if (!(cause instanceof Problem)) error = cause;
        answer = failedAnswer(cause, requestId, responder);
      }
      const { path, template: route = path, model } = responder;
      const { status = 200, rows } = answer;
      const endedMs = now();
      const durationMs = endedMs - startedMs;
      measure(route, status, durationMs);
      end(begun, isProbe(route) ? undefined : endedMs);
      onRequest?.(accessEntry(request, { requestId, route, status, durationMs, rows, model, error }));
      return responseOf({ request, requestId, responder, answer, closes: closes() });
    },
  };
}

/** Nothing else runs from here until the response is made, which copies the bytes. */
function written(answer: Answer): WrittenAnswer {
  const { body } = answer;
  return { ...answer, body: typeof body === "function" ? body() : body };
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

/** What a route threw, as a problem; a fault of ours tells nothing of itself. */
function failedAnswer(
  cause: unknown,
  requestId: string,
  { writeProblem = problemJson }: Responder,
): WrittenAnswer {
  const problem =
    cause instanceof Problem
      ? cause
      : new Problem(500, "The service failed to answer; the request id names the entry in its log");
  return {
    status: problem.status,
    contentType: "application/problem+json",
    body: writeProblem(problem, requestId),
    headers: problem.headers,
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
