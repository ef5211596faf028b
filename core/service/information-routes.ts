import { type TSchema, Type } from "@sinclair/typebox";
import type { DocumentDecoration } from "elysia";
import type { ModelCard } from "../model/model-card.ts";
import { jsonContent, problemResponses } from "./openapi-parts.ts";
import type { Readiness } from "./readiness.ts";
import type { Answer, Route } from "./route.ts";

export interface InformationRoutesOptions {
  readonly card: ModelCard;
  /** Prometheus's text. */
  readonly metricsText: () => string | Promise<string>;
  readonly readiness: Readiness;
}

/** What the service says of itself: ping, the model, health and metrics. */
export function informationRoutes({
  card,
  metricsText,
  readiness,
}: InformationRoutesOptions): readonly Route[] {
  const ready = (): Answer => {
    readiness.check();
    const complaint = readiness.complaint();
    return complaint === undefined
      ? statusAnswer("ready")
      : { body: JSON.stringify({ status: "ready", prediction_log: complaint }) };
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

const ReadySchema = Type.Object({
  status: Type.String(),
  prediction_log: Type.Optional(
    Type.String({ description: "Why predictions cannot be logged now, though they are answered" }),
  ),
});

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
  const detail = detailOf(summary, ReadySchema);
  return { ...detail, responses: { ...detail.responses, ...problemResponses([503]) } };
}
