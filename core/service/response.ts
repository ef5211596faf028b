import type { Answer, Route } from "./route.ts";

/** An answer whose body is there. */
export interface WrittenAnswer extends Omit<Answer, "body"> {
  readonly body: Exclude<Answer["body"], () => unknown>;
}

export interface Answered {
  readonly request: Request;
  readonly requestId: string;
  readonly responder: Pick<Route, "headers">;
  readonly answer: WrittenAnswer;
  /** Whether the client is to send its next request on another connection. */
  readonly closes: boolean;
}

/** Makes the function that makes an answer a response, with the headers that all of them have. */
export function responseWriter(): (answered: Answered) => Response {
  const templateOf = headerTemplates();
  return ({ request, requestId, responder, answer, closes }) => {
    const { status = 200 } = answer;
    const isHead = request.method === "HEAD";
    const init = { status, headers: templateOf(responder, answer) };
    // Copies the template; to copy it before, and have that copied, takes longer.
    const response = new Response(isHead ? null : answer.body, init);
    const { headers } = response;
    headers.set("x-request-id", requestId);
    if (answer.headers !== undefined) {
      for (const [name, value] of Object.entries(answer.headers)) headers.set(name, value);
    }
    if (closes) headers.set("connection", "close");
    // With the length of the body that GET would answer.
    if (isHead) headers.set("content-length", String(sizeOf(answer.body)));
    return response;
  };
}

function sizeOf(body: WrittenAnswer["body"]): number {
  return (typeof body === "string" ? new TextEncoder().encode(body) : body)?.length ?? 0;
}

/** Headers that are the same for every answer of a route and type: to copy them is faster than to write them anew. */
function headerTemplates() {
  const known = new WeakMap<Answered["responder"], Map<string, Headers>>();
  return (
    responder: Answered["responder"],
    { body, contentType = "application/json" }: WrittenAnswer,
  ): Headers => {
    const type = body === null ? "" : contentType;
    const found = known.get(responder)?.get(type);
    if (found !== undefined) return found;
    const template = new Headers({
      ...(type === "" ? {} : { "content-type": type }),
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      ...responder.headers,
    });
    known.set(responder, new Map(known.get(responder)).set(type, template));
    return template;
  };
}
