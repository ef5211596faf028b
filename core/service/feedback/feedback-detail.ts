import { type TSchema, Type } from "@sinclair/typebox";
import type { DocumentDecoration } from "elysia";
import type { ModelCard } from "../../model/model-card.ts";
import { jsonContent, problemResponses } from "../openapi-parts.ts";
import { idSchema } from "../row-schema.ts";
import { type FeedbackModel, feedbackFields } from "./feedback-rows.ts";

/** OpenAPI operation of `POST /api/feedback`. */
export function feedbackDetail(card: ModelCard, model: FeedbackModel): DocumentDecoration {
  const { id } = feedbackFields(model);
  return {
    operationId: "feedback",
    summary: `Say what ${card.target} really was`,
    description:
      "Logs the truth of predictions that were made before, each named by the X-Request-Id of its request and its row" +
      `${id === undefined ? "" : `, or by its ${id}`}. \`mlt evaluate --log\` then tells how good the model is now.`,
    tags: ["predictions"],
    requestBody: { required: true, content: jsonContent(bodySchema(card, id), example(card)) },
    responses: {
      200: {
        description: "The truths are in the log",
        content: jsonContent(Type.Object({ logged: Type.Integer() }), { logged: 1 }),
      },
      ...problemResponses([400, 408, 413, 415, 422, 503]),
    },
  };
}

function bodySchema({ task }: ModelCard, id: string | undefined): TSchema {
  const closed = { additionalProperties: false };
  const truth = task === "regression" ? Type.Number() : Type.String({ minLength: 1 });
  const byRequest = Type.Object(
    {
      request_id: Type.String({
        pattern: "^[\\x21-\\x7e]{1,128}$",
        description: "X-Request-Id of the prediction",
      }),
      row: Type.Optional(
        Type.Integer({
          minimum: 0,
          maximum: Number.MAX_SAFE_INTEGER,
          description: "Row of that request; default 0",
        }),
      ),
      truth,
    },
    closed,
  );
  if (id === undefined) return Type.Array(byRequest, { minItems: 1 });
  const byId = Type.Object({ [id]: idSchema("The row's id in the prediction"), truth }, closed);
  return Type.Array(Type.Union([byId, byRequest]), { minItems: 1 });
}

function example({ task, classes }: ModelCard): unknown {
  const truth = task === "regression" ? 1 : (classes[0] ?? "");
  return [{ request_id: "0f9e1c1a-2f0e-4a56-9c3d-1f9d3c6a7b11", row: 0, truth }];
}
