import { swagger } from "@elysiajs/swagger";
import { Elysia } from "elysia";
import type { ModelCard } from "../model/model-card.ts";
import { securitySchemes } from "./authentication.ts";
import { ProblemSchema, problemComponents } from "./openapi-parts.ts";
import type { Route } from "./route.ts";
import { rowSchema } from "./row-schema.ts";

/**
 * The OpenAPI 3 document of the routes that have a `detail`, as JSON text.
 * The plugin that writes it also makes a page that loads scripts from elsewhere, so it runs in an app of its own
 * that no request reaches.
 */
export async function openApi(card: ModelCard, routes: readonly Route[]): Promise<string> {
  const secured = routes.some(({ detail }) => detail?.security !== undefined);
  const documentation = documentOf(card, { secured });
  const app = new Elysia().use(swagger({ path: "/page", specPath: "/json", documentation }));
  for (const { method, path, detail } of routes) {
    if (detail !== undefined) app.route(method, path, () => "", { detail });
  }
  const response = await app.handle(new Request("http://localhost/json"));
  return response.text();
}

function documentOf(card: ModelCard, { secured }: { readonly secured: boolean }) {
  return {
    info: { title: card.name, version: card.version, description: descriptionOf(card) },
    // Relative to the document at /docs/json: the service's own root, whatever path a proxy puts before it.
    servers: [{ url: ".." }],
    tags: [
      { name: "predictions", description: "Send rows, get one answer for each" },
      { name: "model", description: "What answers" },
      { name: "operation", description: "Health and metrics" },
      { name: "inference protocol", description: "Open Inference Protocol v2, for its clients" },
    ],
    components: {
      schemas: { Row: rowSchema(card), Problem: ProblemSchema },
      responses: problemComponents({ secured }),
      ...(secured ? { securitySchemes } : {}),
    },
  };
}

function descriptionOf({ description, task, target, estimator, creation_time }: ModelCard): string {
  const kind = task === "classification" ? "Classification" : "Regression";
  const purpose = description === undefined ? "" : `${description}.\n\n`;
  return `${purpose}${kind} of \`${target}\` by ${estimator.name}, trained on ${creation_time.slice(0, 10)}.`;
}
