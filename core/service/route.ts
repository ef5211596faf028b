import type { DocumentDecoration } from "elysia";
import type { ModelCard } from "../model/model-card.ts";
import type { Problem } from "./problem.ts";

/** A request on its way through a route. */
export interface Call {
  readonly request: Request;
  readonly requestId: string;
  /** When its head was read: monotonic, in milliseconds. */
  readonly startedMs: number;
}

/** What a route answers; the rest of the response is the same for all. */
export interface Answer {
  /** A function is called when the response is made, and gives bytes that may change after that. */
  readonly body: string | Uint8Array<ArrayBuffer> | (() => Uint8Array<ArrayBuffer>) | null;
  /** Default `application/json`. */
  readonly contentType?: string;
  /** Default 200. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** How many rows were predicted, for the access log. */
  readonly rows?: number;
}

/** One path of the service. A GET route answers HEAD too. */
export interface Route {
  readonly method: "GET" | "POST";
  /** Fixed text. */
  readonly path: string;
  /** The route's name in metrics and in the access log, where the path holds a name of the model's. Default the path. */
  readonly template?: string;
  /** The one that the route predicts with, for the access log. */
  readonly model?: Pick<ModelCard, "id" | "version">;
  /** Sent with every answer of the route, errors included. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Throws `Problem` for an answer that is an error. */
  readonly respond: (call: Call) => Answer | Promise<Answer>;
  /** The body of an error. Default `problemJson`. */
  readonly writeProblem?: (problem: Problem, requestId: string) => string;
  /** The OpenAPI operation; a route without one is left out of the description. */
  readonly detail?: DocumentDecoration;
}
