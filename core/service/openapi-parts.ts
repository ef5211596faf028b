import { type TSchema, Type } from "@sinclair/typebox";
import type { RowError } from "../features/row-error.ts";
import { Problem, problemJson } from "./problem.ts";

/** The statuses that a route documents besides 200. */
export type DocumentedStatus = 400 | 401 | 408 | 413 | 415 | 422 | 503;

const meanings: Readonly<Record<DocumentedStatus, string>> = {
  400: "The body is empty, cut off, not UTF-8 or not valid JSON",
  401: "The request has no API key, or a wrong one",
  408: "The body took too long to arrive",
  413: "The body has too many rows or bytes",
  415: "The body is not sent as application/json",
  422: "The body is no array of rows, or a field is missing, unknown, of the wrong type or out of range",
  503: "The service is not ready, or shutting down",
};

/** References to the documented problems, by status. */
export function problemResponses(statuses: readonly DocumentedStatus[]) {
  return Object.fromEntries(statuses.map((status) => [status, { $ref: `#/components/responses/${status}` }]));
}

/** The documented problems, of which some route has each, as OpenAPI's `components.responses`. */
export function problemComponents({ secured }: { readonly secured: boolean }) {
  const schema = { $ref: "#/components/schemas/Problem" };
  return Object.fromEntries(
    Object.entries(meanings)
      .filter(([status]) => secured || status !== "401")
      .map(([status, description]) => {
        const example = problemExample(Number(status), description);
        return [status, { description, content: { "application/problem+json": { schema, example } } }];
      }),
  );
}

function problemExample(status: number, detail: string): unknown {
  const error: RowError = { row: 0, field: "name", code: "missing", expected: "a number" };
  const problem = new Problem(status, detail, status === 422 ? { errors: [error] } : {});
  return JSON.parse(problemJson(problem, "0f9e1c1a-2f0e-4a56-9c3d-1f9d3c6a7b11"));
}

/** The body of every answer that is an error (RFC 9457). */
export const ProblemSchema: TSchema = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.String({ description: "What is wrong, for a person" }),
  request_id: Type.String(),
  errors: Type.Optional(
    Type.Array(
      Type.Object({
        row: Type.Integer({ nullable: true, description: "Index from 0; null: the body as a whole" }),
        field: Type.String({ nullable: true, description: "null: the row as a whole" }),
        code: Type.Unsafe({
          type: "string",
          enum: ["missing", "unknown", "duplicate", "type", "range", "choice", "null"],
        }),
        expected: Type.String(),
      }),
      { description: "With status 422, or 400 of an inference: the first 100 problems", maxItems: 100 },
    ),
  ),
});

/** A JSON body as OpenAPI's `content`. */
export function jsonContent(schema: TSchema, example?: unknown) {
  return { "application/json": { schema, ...(example === undefined ? {} : { example }) } };
}
