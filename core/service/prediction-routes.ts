import type { ModelCard } from "../model/model-card.ts";
import type { LogEvent } from "../prediction-log/log-record.ts";
import { predictionDetail, probabilityDetail } from "./prediction-detail.ts";
import { predictionWriter, probabilityWriter, type ScoreWriter } from "./prediction-json.ts";
import { Problem } from "./problem.ts";
import { checkJsonHeaders } from "./request-json.ts";
import { requestRows } from "./request-rows.ts";
import type { Answer, Call, Route } from "./route.ts";
import type { Scoring } from "./scoring.ts";

/** `POST /api/predictions` and `POST /api/proba_predictions`. */
export function predictionRoutes(scoring: Scoring): readonly Route[] {
  const { card } = scoring;
  const headers = modelHeaders(card);
  const answerWith = predictionAnswer(scoring);
  const predictions: Route = {
    method: "POST",
    path: "/api/predictions",
    model: card,
    headers,
    respond: answerWith("predict", predictionWriter(card)),
    detail: predictionDetail(card),
  };
  const path = "/api/proba_predictions";
  if (card.task === "regression")
    return [predictions, { method: "POST", path, model: card, headers, respond: noProbabilities }];
  const respond = answerWith("predict_proba", probabilityWriter(card.classes));
  return [
    predictions,
    { method: "POST", path, model: card, headers, respond, detail: probabilityDetail(card) },
  ];
}

function predictionAnswer(scoring: Scoring) {
  const { card, limits } = scoring;
  const rowsOf = requestRows({ card, maxRows: limits.maxRows, onErrors: scoring.countRefused });
  return (event: Exclude<LogEvent, "feedback">, write: ScoreWriter) =>
    async (call: Call): Promise<Answer> => {
      const { request } = call;
      scoring.admit();
      checkJsonHeaders(request.headers);
      const { columns, ids } = rowsOf(await scoring.readBody(request));
      const scores = await scoring.score(columns);
      await scoring.log?.keep(call, { event, ids, columns, scores });
      return { body: () => write(scores), rows: columns.nRows };
    };
}

function noProbabilities(): never {
  throw new Problem(
    404,
    "The model is a regression and has no probabilities; send the rows to /api/predictions",
  );
}

/** The headers of every answer to a prediction: which model gave it. */
export function modelHeaders({ id, version }: ModelCard) {
  return { "x-model-id": headerText(id), "x-model-version": headerText(version) };
}

/** A header cannot carry what a model's version may, such as an accent. */
function headerText(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "?");
}
