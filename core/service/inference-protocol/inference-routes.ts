import { outputNames } from "../../model/export-graph.ts";
import type { ModelCard } from "../../model/model-card.ts";
import { toPredictions } from "../../model/predictions.ts";
import type { Responder } from "../exchange.ts";
import { modelHeaders } from "../prediction-routes.ts";
import { Problem } from "../problem.ts";
import type { Readiness } from "../readiness.ts";
import type { Answer, Call, Route } from "../route.ts";
import type { Scoring } from "../scoring.ts";
import { inferenceAnswer } from "./inference-answer.ts";
import { inferenceBody } from "./inference-body.ts";
import {
  inferDetail,
  metadataDetail,
  modelReadyDetail,
  serverDetail,
  serverLiveDetail,
  serverReadyDetail,
} from "./inference-detail.ts";
import { inferenceOutputs, requestedOutputs } from "./inference-outputs.ts";
import { inferenceProblemJson } from "./inference-problem.ts";
import { inferenceRequest } from "./inference-request.ts";
import { modelMetadata } from "./model-metadata.ts";
import { tensorPacker } from "./tensor-columns.ts";

export interface InferenceRoutesOptions {
  readonly scoring: Scoring;
  /** Version of this mlt. */
  readonly mltVersion: string;
}

/**
 * The routes of the Open Inference Protocol v2, for the one model that there is and its one version.
 *
 * @see https://github.com/kserve/open-inference-protocol
 */
export function inferenceRoutes(options: InferenceRoutesOptions): readonly Route[] {
  const { name, version } = options.scoring.card;
  const path = `/v2/models/${encodeURIComponent(name)}`;
  const template = "/v2/models/{name}";
  const routes = modelRoutes(options, { path, template });
  const versioned = modelRoutes(options, {
    path: `${path}/versions/${encodeURIComponent(version)}`,
    template: `${template}/versions/{version}`,
  });
  return [
    ...serverRoutes(options),
    ...routes,
    // The same routes by another path: the description has them once.
    ...versioned.map(({ detail: _, ...route }) => route),
  ].map((route) => ({ ...route, writeProblem: inferenceProblemJson }));
}

/** What answers other paths below `/v2/`, such as those of a model that is not this one. */
export function unmatchedInference({ name, version }: ModelCard): Responder {
  return {
    path: "unmatched",
    writeProblem: inferenceProblemJson,
    respond: () => {
      throw new Problem(
        404,
        `There is nothing at this path; the model is "${name}", its version "${version}"`,
      );
    },
  };
}

function serverRoutes({ mltVersion, scoring: { readiness } }: InferenceRoutesOptions): readonly Route[] {
  const server = JSON.stringify({ name: "mlt", version: mltVersion, extensions: ["binary_tensor_data"] });
  return [
    { method: "GET", path: "/v2", respond: () => ({ body: server }), detail: serverDetail },
    // The specification's OpenAPI file has the slash, its text has not.
    { method: "GET", path: "/v2/", template: "/v2", respond: () => ({ body: server }) },
    {
      method: "GET",
      path: "/v2/health/live",
      respond: () => ({ body: '{"live":true}' }),
      detail: serverLiveDetail,
    },
    {
      method: "GET",
      path: "/v2/health/ready",
      // The specification calls this member "live" too; servers and clients mostly read the status alone.
      respond: () => readyAnswer(readiness, { live: true, ready: true }),
      detail: serverReadyDetail,
    },
  ];
}

interface ModelRoutesOptions {
  readonly path: string;
  readonly template: string;
}

function modelRoutes(
  options: InferenceRoutesOptions,
  { path, template }: ModelRoutesOptions,
): readonly Route[] {
  const { scoring } = options;
  const { card, readiness } = scoring;
  const metadata = JSON.stringify(modelMetadata(card));
  return [
    { method: "GET", path, template, respond: () => ({ body: metadata }), detail: metadataDetail(card) },
    {
      method: "GET",
      path: `${path}/ready`,
      template: `${template}/ready`,
      respond: () => readyAnswer(readiness, { name: card.name, ready: true }),
      detail: modelReadyDetail,
    },
    {
      method: "POST",
      path: `${path}/infer`,
      template: `${template}/infer`,
      model: card,
      headers: modelHeaders(card),
      respond: inference(scoring),
      detail: inferDetail(card),
    },
  ];
}

function readyAnswer(readiness: Readiness, body: Readonly<Record<string, unknown>>): Answer {
  readiness.check();
  return { body: JSON.stringify(body) };
}

function inference(scoring: Scoring): Route["respond"] {
  const { card, limits } = scoring;
  const pack = tensorPacker(card.features, limits.maxRows, scoring.countRefused);
  const known = inferenceOutputs(card);
  return async (call: Call) => {
    const { request } = call;
    scoring.admit();
    const { json, binary } = await inferenceBody(request, scoring.readBody);
    const { id, inputs, outputs: requested, binaryOutput } = inferenceRequest(json);
    const outputs = requestedOutputs(known, { requested, binaryOutput });
    const columns = pack({ inputs, binary });
    const scores = await scoring.score(columns).catch(wrongInput);
    if (scoring.log !== undefined) {
      const asksAll = outputs.some(({ output }) => output.name === outputNames.probabilities);
      const event = asksAll ? "predict_proba" : "predict";
      await scoring.log.keep(call, { event, ids: [], columns, scores });
    }
    const predictions = toPredictions(card.task, card.classes, scores);
    return inferenceAnswer({ card, id, nRows: columns.nRows, outputs, predictions });
  };
}

/** What is wrong with rows is 400 in this protocol. */
function wrongInput(cause: unknown): never {
  if (!(cause instanceof Problem) || cause.status !== 422) throw cause;
  throw new Problem(400, cause.message, cause.errors === undefined ? {} : { errors: cause.errors });
}
