import { duplicateKey } from "../../features/duplicate-key.ts";
import type { RowError } from "../../features/row-error.ts";
import { Problem } from "../problem.ts";
import { checkJsonHeaders, parseJson } from "../request-json.ts";
import type { Answer, Call, Route } from "../route.ts";
import type { Scoring } from "../scoring.ts";
import { feedbackDetail } from "./feedback-detail.ts";
import { type FeedbackModel, feedbackReader } from "./feedback-rows.ts";

/** `POST /api/feedback`: what predictions have turned out to be, for the log that they are in. */
export function feedbackRoutes(scoring: Scoring): readonly Route[] {
  const { card, log } = scoring;
  const path = "/api/feedback";
  if (log === undefined) return [{ method: "POST", path, respond: notLogged }];
  const model = { task: card.task, idName: log.idName };
  return [
    { method: "POST", path, respond: feedback(scoring, log, model), detail: feedbackDetail(card, model) },
  ];
}

function feedback(scoring: Scoring, log: NonNullable<Scoring["log"]>, model: FeedbackModel) {
  const { limits, readBody } = scoring;
  const read = feedbackReader(model, limits.maxRows);
  const checkLength = (elements: number) => {
    if (elements > limits.maxRows) {
      throw new Problem(413, `The body has ${elements} truths; send at most ${limits.maxRows} in a request`);
    }
  };
  return async (call: Call): Promise<Answer> => {
    scoring.admit();
    checkJsonHeaders(call.request.headers);
    const bytes = await readBody(call.request);
    if (bytes.length === 0) throw new Problem(400, "The body is empty; send a JSON array of truths");
    const { value, text } = parseJson(bytes, checkLength);
    const feedback = read(value);
    if (!feedback.ok) throw refused(feedback.errors);
    const duplicate = duplicateKey(text);
    if (duplicate !== undefined) throw refused([duplicate]);
    await log.keepFeedback(call, feedback.truths);
    return { body: JSON.stringify({ logged: feedback.truths.length }) };
  };
}

function refused(errors: readonly RowError[]): Problem {
  return new Problem(422, "The body is no array of truths, or one of them is wrong; see errors", { errors });
}

function notLogged(): never {
  throw new Problem(
    404,
    "Predictions are not logged, so there is nothing to compare with a truth; set logging.enabled in config.yaml",
  );
}
