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
}

/** Makes the function that makes an answer a response, with the headers that all of them have. */
export function responseWriter(): (answered: Answered) => Response {
  const templateOf = headerTemplates();
  return ({ request, requestId, responder, answer }) => {
    const { status = 200 } = answer;
    const headers = new Headers(templateOf(responder, answer));
    headers.set("x-request-id", requestId);
    for (const [name, value] of Object.entries(answer.headers ?? {})) headers.set(name, value);
    if (request.method !== "HEAD") return new Response(answer.body, { status, headers });
    // With the length of the body that GET would answer.
    const bytes = typeof answer.body === "string" ? new TextEncoder().encode(answer.body) : answer.body;
    headers.set("content-length", String(bytes?.length ?? 0));
    return new Response(null, { status, headers });
  };
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
