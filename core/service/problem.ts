import type { RowError } from "../features/row-error.ts";

const titles: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  404: "Not Found",
  405: "Method Not Allowed",
  408: "Request Timeout",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  422: "Unprocessable Content",
  500: "Internal Server Error",
  503: "Service Unavailable",
};

export interface ProblemOptions {
  readonly errors?: readonly RowError[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** A request that gets an error for an answer; `detail` is a sentence for the person who sent it. */
export class Problem extends Error {
  override readonly name: string = "Problem";
  readonly status: number;
  readonly errors: readonly RowError[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, detail: string, { errors, headers = {}, cause }: ProblemOptions = {}) {
    super(detail, { cause });
    this.status = status;
    this.errors = errors;
    this.headers = headers;
  }
}

/** The problem as the body of an `application/problem+json` answer. */
export function problemJson(problem: Problem, requestId: string): string {
  return JSON.stringify(problemDocument(problem, requestId));
}

/**
 * The members of a problem's document; a route may add its own.
 *
 * @see RFC 9457, Problem Details for HTTP APIs
 */
export function problemDocument(problem: Problem, requestId: string) {
  return {
    type: "about:blank",
    title: titles[problem.status] ?? "Error",
    status: problem.status,
    detail: problem.message,
    request_id: requestId,
    errors: problem.errors,
  };
}
