import type { Columns } from "../features/columns.ts";
import { maxRowErrors, type PackedRows, rowPacker } from "../features/pack-rows.ts";
import type { RowError } from "../features/row-error.ts";
import type { ModelCard } from "../model/model-card.ts";
import type { Predictions } from "../model/predictions.ts";
import type { Predictor } from "../model/predictor.ts";
import { predictionDetail, probabilityDetail } from "./prediction-detail.ts";
import { type PredictionWriter, predictionWriter, probabilityWriter } from "./prediction-json.ts";
import { Problem } from "./problem.ts";
import { requestJson } from "./request-json.ts";
import type { Answer, Call, Route } from "./route.ts";
import type { ServiceMetrics } from "./service-metrics.ts";

export interface RequestLimits {
  readonly maxRows: number;
  readonly maxBodyBytes: number;
}

export interface PredictionRoutesOptions {
  readonly predictor: Predictor;
  readonly limits: RequestLimits;
  readonly metrics: ServiceMetrics;
  readonly isDraining: () => boolean;
}

/** `POST /api/predictions` and `POST /api/proba_predictions`. */
export function predictionRoutes(options: PredictionRoutesOptions): readonly Route[] {
  const { card } = options.predictor;
  const headers = modelHeaders(card);
  const answerWith = predictionAnswer(options);
  const predictions: Route = {
    method: "POST",
    path: "/api/predictions",
    headers,
    respond: answerWith(predictionWriter(card.classes)),
    detail: predictionDetail(card),
  };
  const path = "/api/proba_predictions";
  if (card.task === "regression")
    return [predictions, { method: "POST", path, headers, respond: noProbabilities }];
  const respond = answerWith(probabilityWriter(card.classes));
  return [predictions, { method: "POST", path, headers, respond, detail: probabilityDetail(card) }];
}

function predictionAnswer({ predictor, limits, metrics, isDraining }: PredictionRoutesOptions) {
  const pack = rowPacker(specOf(predictor.card), limits.maxRows);
  return (write: PredictionWriter) =>
    async ({ request }: Call): Promise<Answer> => {
      if (isDraining()) throw shuttingDown();
      const columns = columnsOf(pack(await requestJson(request, limits.maxBodyBytes)), limits.maxRows);
      const predictions = await predictor.predict(columns);
      checkRows(predictions, columns);
      const body = write(predictions);
      countClasses(metrics, predictions);
      return { body, rows: columns.nRows };
    };
}

/** What a prediction is answered by while the service drains. */
export function shuttingDown(): Problem {
  return new Problem(503, "The service is shutting down; send the request again", {
    headers: { "retry-after": "1", connection: "close" },
  });
}

function specOf({ features, id_name }: ModelCard) {
  return id_name === undefined ? { features } : { features, id: id_name };
}

function columnsOf(packed: PackedRows, maxRows: number): Columns {
  if (packed.ok) return packed.columns;
  if (packed.reason === "too-many-rows") {
    throw new Problem(413, `The body has ${packed.nRows} rows; send at most ${maxRows} in a request`);
  }
  throw new Problem(422, summaryOf(packed.errors), { errors: packed.errors });
}

function summaryOf(errors: readonly RowError[]): string {
  const [first] = errors;
  if (first?.row === null) return `The body is not ${first.expected}`;
  if (errors.length === 1) return "The body has 1 problem; see errors";
  const count = errors.length === maxRowErrors ? `at least ${maxRowErrors}` : errors.length;
  return `The body has ${count} problems; see errors`;
}

/** An answer with fewer rows than the request would be read as another row's. */
export function checkRows(predictions: Predictions, { nRows }: Columns): void {
  const answered = predictions.task === "regression" ? predictions.values.length : predictions.labels.length;
  if (answered !== nRows) throw new RangeError(`The model answered ${answered} rows of ${nRows}`);
}

/** Counts the rows of an answer by class. */
export function countClasses(metrics: ServiceMetrics, predictions: Predictions): void {
  if (predictions.task === "regression") metrics.predictions.add(predictions.values.length, "");
  else for (const label of predictions.labels) metrics.predictions.add(1, label);
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
