import type { TSchema } from "@sinclair/typebox";
import type { DocumentDecoration } from "elysia";
import type { Golden, ModelCard } from "../../model/model-card.ts";
import { jsonContent } from "../openapi-parts.ts";
import {
  InferenceAnswerSchema,
  InferenceProblemSchema,
  InferenceRequestSchema,
  ModelMetadataSchema,
  ModelReadySchema,
  ServerLiveSchema,
  ServerReadySchema,
  ServerSchema,
} from "./inference-schemas.ts";
import { modelMetadata } from "./model-metadata.ts";

const tags = ["inference protocol"];

const meanings = {
  400: "The body is not as the protocol describes it, or an input is missing, unknown, of another type or out of range",
  408: "The body took too long to arrive",
  413: "The body has too many rows or bytes",
  415: "The body is of another type, or compressed",
  503: "The service is shutting down",
} as const;

/** OpenAPI operation of `GET /v2`. */
export const serverDetail = detailOf("Describe the server", ServerSchema);
/** OpenAPI operation of `GET /v2/health/live`. */
export const serverLiveDetail = detailOf("Check that the server lives", ServerLiveSchema);
/** OpenAPI operation of `GET /v2/health/ready`. */
export const serverReadyDetail = detailOf("Check that the server infers", ServerReadySchema, [503]);
/** OpenAPI operation of `GET /v2/models/{name}/ready`. */
export const modelReadyDetail = detailOf("Check that the model infers", ModelReadySchema, [503]);

/** OpenAPI operation of `GET /v2/models/{name}`. */
export function metadataDetail(card: ModelCard): DocumentDecoration {
  return detailOf(`Describe the inputs and outputs of ${card.name}`, ModelMetadataSchema);
}

/** OpenAPI operation of `POST /v2/models/{name}/infer`. */
export function inferDetail(card: ModelCard): DocumentDecoration {
  const { responses, ...detail } = detailOf(
    `Infer ${card.target}`,
    InferenceAnswerSchema,
    [400, 408, 413, 415, 503],
  );
  return {
    ...detail,
    description:
      "Open Inference Protocol v2. Inputs and outputs may be binary: then `Inference-Header-Content-Length` says how many bytes of the body are JSON.",
    requestBody: {
      required: true,
      content: { ...jsonContent(InferenceRequestSchema, exampleOf(card)), ...binaryContent },
    },
    responses: {
      ...responses,
      200: {
        description: "OK",
        content: { ...jsonContent(InferenceAnswerSchema), ...binaryContent },
      },
    },
  };
}

const binaryContent = {
  "application/octet-stream": { schema: { type: "string" as const, format: "binary" } },
};

function detailOf(summary: string, schema: TSchema, statuses: readonly (keyof typeof meanings)[] = []) {
  const problems = statuses.map((status) => [
    status,
    {
      description: meanings[status],
      content: { "application/problem+json": { schema: InferenceProblemSchema } },
    },
  ]);
  const ok = { description: "OK", content: jsonContent(schema) };
  return { summary, tags, responses: { 200: ok, ...Object.fromEntries(problems) } };
}

/** So many of the model's golden rows stand as the example. */
const exampleRows = 2;

function exampleOf(card: ModelCard): unknown {
  const rows: readonly Golden["row"][] = card.golden.slice(0, exampleRows).map(({ row }) => row);
  const inputs = modelMetadata(card).inputs.map(({ name, datatype }) => {
    return { name, datatype, shape: [rows.length], data: rows.map((row) => row[name] ?? null) };
  });
  return { inputs };
}
