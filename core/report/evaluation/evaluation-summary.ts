import { dayMetric } from "../../evaluation/by-day.ts";
import { compareMetrics } from "../../evaluation/comparison.ts";
import { localTime } from "../../prediction-log/local-time.ts";
import { formatCount, formatMetric, formatNumber, formatRows, formatShare } from "../format.ts";
import { type Html, html } from "../html.ts";
import type { EvaluationData } from "./evaluation-data.ts";

/** How the model does, in sentences that need no statistics. */
export function evaluationSummary(data: EvaluationData): Html {
  const n = data.result.evaluation.truth.length;
  if (n === 0) {
    return html`<p class="lead">No truth of these predictions is known yet, so nobody knows how the model does. What can be told is how far its inputs and its answers have moved.</p><p>${countSentence(data)}</p>`;
  }
  const [figure, unit] = headline(data);
  return html`<div class="summary"><p class="figure"><b>${figure}</b> <span>${unit}</span></p>
<div><p class="lead">${comparisonSentence(data)} ${driftSentence(data)}</p>
<p>${countSentence(data)}</p></div></div>`;
}

function headline({ result: { metrics, evaluation } }: EvaluationData): readonly [string, string] {
  const rows = formatRows(evaluation.truth.length);
  const { accuracy = 0, mae = 0 } = metrics;
  return evaluation.task === "classification"
    ? [formatShare(accuracy), `right, of ${rows} with a known truth`]
    : [`\u00b1${formatNumber(mae)}`, `mean error, of ${rows} with a known truth`];
}

function comparisonSentence({ card, result: { metrics, intervals } }: EvaluationData): string {
  const metric = dayMetric(card.task);
  const compared = compareMetrics(card, metrics, intervals).find((each) => each.metric === metric);
  if (compared?.training === undefined) return "";
  const training =
    metric === "accuracy"
      ? formatShare(compared.training)
      : `\u00b1${formatMetric(metric, compared.training)}`;
  if (compared.verdict === undefined) return `In the training it was ${training}.`;
  return {
    worse: `It does worse than in the training, where it was ${training}: that is more than these rows leave to chance.`,
    better: `It does better than in the training, where it was ${training}.`,
    within_interval: `It does as it did in the training, where it was ${training}, as far as these rows can tell.`,
  }[compared.verdict];
}

function driftSentence({ result: { drift } }: EvaluationData): string {
  const moved = drift.filter(({ shift }) => shift === "moved" || shift === "moved_a_lot");
  if (moved.length === 0) return "";
  const names = moved
    .toSorted((a, b) => (b.psi ?? 0) - (a.psi ?? 0))
    .slice(0, 3)
    .map(({ kind, name }) => (kind === "feature" ? name : `the predicted ${name}`));
  const more = moved.length > names.length ? ` and ${moved.length - names.length} more` : "";
  return `Moved since the training: ${names.join(", ")}${more}.`;
}

function countSentence({ card, result: { log, evaluation }, source, timeZone }: EvaluationData): string {
  if (log === undefined) return `${formatRows(evaluation.truth.length)} of ${source}.`;
  const { counts } = log;
  const day = (timeMs: number) => localTime(timeZone)(timeMs).slice(0, 10);
  const others = counts.other_models
    .filter(({ name }) => name === card.name)
    .reduce((sum, { predictions }) => sum + predictions, 0);
  return [
    `${formatCount(counts.predictions)} predictions from ${source}, ${span(day(counts.fromMs), day(counts.toMs))}; the truth of ${formatCount(counts.with_truth)} is known.`,
    counts.repeated === 0
      ? ""
      : `${formatCount(counts.repeated)} are of ids that were asked for again later: a row counts once.`,
    counts.truths_without_prediction === 0
      ? ""
      : `${formatCount(counts.truths_without_prediction)} ${counts.truths_without_prediction === 1 ? "truth has" : "truths have"} no prediction of this model.`,
    others === 0 ? "" : `${formatCount(others)} predictions of other models of this name are not looked at.`,
  ]
    .filter((sentence) => sentence !== "")
    .join(" ");
}

function span(first: string, last: string): string {
  return first === last ? `of ${first}` : `of ${first} to ${last}`;
}
