import { type TSchema, Type } from "@sinclair/typebox";
import type { DocumentDecoration } from "elysia";
import type { Golden, ModelCard } from "../model/model-card.ts";
import { jsonContent, problemResponses } from "./openapi-parts.ts";

/** So many of the model's golden rows stand as the example. */
const exampleRows = 2;

/** OpenAPI operation of `POST /api/predictions`. */
export function predictionDetail(card: ModelCard): DocumentDecoration {
  const regression = card.task === "regression";
  const schema = regression
    ? Type.Object({ prediction: Type.Number() })
    : Type.Object({ class_name: classSchema(card) });
  return operation(card, {
    operationId: "predict",
    summary: regression ? `Predict ${card.target}` : `Predict the class of ${card.target}`,
    description: "One prediction for each row, in the order of the rows.",
    schema,
    exampleOf: ({ class_name, prediction }) => (regression ? { prediction } : { class_name }),
  });
}

/** OpenAPI operation of `POST /api/proba_predictions`. */
export function probabilityDetail(card: ModelCard): DocumentDecoration {
  return operation(card, {
    operationId: "predictProbabilities",
    summary: `Predict the probability of every class of ${card.target}`,
    description:
      "One object for each row, in the order of the rows; its probabilities are in the order of its class names and sum to 1.",
    schema: Type.Object({
      class_names: Type.Array(classSchema(card)),
      probabilities: Type.Array(Type.Number({ minimum: 0, maximum: 1 })),
    }),
    exampleOf: ({ probabilities }) => ({ class_names: card.classes, probabilities }),
  });
}

interface OperationOptions {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  /** Of the answer to one row. */
  readonly schema: TSchema;
  readonly exampleOf: (golden: Golden) => unknown;
}

function operation(card: ModelCard, options: OperationOptions): DocumentDecoration {
  const golden = card.golden.slice(0, exampleRows);
  const { operationId, summary, description } = options;
  const headers = {
    "X-Request-Id": stringHeader,
    "X-Model-Id": stringHeader,
    "X-Model-Version": stringHeader,
  };
  return {
    operationId,
    summary,
    description,
    tags: ["predictions"],
    requestBody: {
      required: true,
      description:
        "An array of rows. The example holds the first of those that `mlt train` kept with the model's answers.",
      content: jsonContent(
        Type.Array(Type.Unsafe({ $ref: "#/components/schemas/Row" }), { minItems: 1 }),
        exampleIfAny(golden.map(({ row }) => row)),
      ),
    },
    responses: {
      200: {
        description: "The predictions",
        headers,
        content: jsonContent(Type.Array(options.schema), exampleIfAny(golden.map(options.exampleOf))),
      },
      ...problemResponses([400, 408, 413, 415, 422, 503]),
    },
  };
}

const stringHeader = { schema: { type: "string" as const } };

function exampleIfAny(rows: readonly unknown[]): readonly unknown[] | undefined {
  return rows.length === 0 ? undefined : rows;
}

function classSchema({ classes }: ModelCard): TSchema {
  return Type.Unsafe({ type: "string", enum: classes });
}
