import { type TSchema, Type } from "@sinclair/typebox";
import type { DocumentDecoration } from "elysia";
import type { ModelCard } from "../model/model-card.ts";
import { jsonContent, problemResponses } from "./openapi-parts.ts";
import { Problem } from "./problem.ts";
import type { Answer, Route } from "./route.ts";

export interface InformationRoutesOptions {
  readonly card: ModelCard;
  /** Prometheus's text. */
  readonly metricsText: () => string | Promise<string>;
  readonly isDraining: () => boolean;
}

/** What the service says of itself: ping, the model, health and metrics. */
export function informationRoutes({
  card,
  metricsText,
  isDraining,
}: InformationRoutesOptions): readonly Route[] {
  const ready = (): Answer => {
    if (!isDraining()) return statusAnswer("ready");
    throw new Problem(503, "The service is shutting down", { headers: { "retry-after": "1" } });
  };
  const model = JSON.stringify(modelSummary(card));
  return [
    {
      method: "GET",
      path: "/ping",
      respond: () => ({ body: '{"ping":"pong"}' }),
      detail: detailOf("Check that the service answers", Type.Object({ ping: Type.String() })),
    },
    {
      method: "GET",
      path: "/api/model",
      respond: () => ({ body: model }),
      detail: detailOf("Describe the model", ModelSchema, "model"),
    },
    {
      method: "GET",
      path: "/livez",
      respond: () => statusAnswer("alive"),
      detail: detailOf("Check that the process lives", StatusSchema),
    },
    {
      method: "GET",
      path: "/readyz",
      respond: ready,
      detail: readyDetail("Check that predictions are answered"),
    },
    { method: "GET", path: "/healthz", respond: ready, detail: readyDetail("Check the service as a whole") },
    {
      method: "GET",
      path: "/metrics",
      respond: async () => ({
        body: await metricsText(),
        contentType: "text/plain; version=0.0.4; charset=utf-8",
      }),
      detail: {
        summary: "Metrics for Prometheus",
        tags: ["operation"],
        responses: { 200: { description: "OK", content: { "text/plain": { schema: Type.String() } } } },
      },
    },
  ];
}

function statusAnswer(status: string): Answer {
  return { body: JSON.stringify({ status }) };
}

function modelSummary(card: ModelCard) {
  const { id, name, version, creation_time, task, features, classes, metrics } = card;
  return { id, name, version, creation_time, task, features, classes, metrics };
}

const StatusSchema = Type.Object({ status: Type.String() });

const ScoresSchema = Type.Unsafe({ type: "object", additionalProperties: { type: "number" } });

const ModelSchema = Type.Object({
  id: Type.String({ format: "uuid" }),
  name: Type.String(),
  version: Type.String(),
  creation_time: Type.String({ format: "date-time" }),
  task: Type.Unsafe({ type: "string", enum: ["classification", "regression"] }),
  features: Type.Array(Type.Object({ name: Type.String(), type: Type.String(), nullable: Type.Boolean() })),
  classes: Type.Array(Type.String(), { description: "Empty for a regression" }),
  metrics: Type.Object({ train: ScoresSchema, test: ScoresSchema }),
});

function detailOf(summary: string, schema: TSchema, tag = "operation"): DocumentDecoration {
  return { summary, tags: [tag], responses: { 200: { description: "OK", content: jsonContent(schema) } } };
}

function readyDetail(summary: string): DocumentDecoration {
  const detail = detailOf(summary, StatusSchema);
  return { ...detail, responses: { ...detail.responses, ...problemResponses([503]) } };
}
