import { withFewLabels } from "../../evaluation/few-labels.ts";
import { classScores, confusionMatrix } from "../../learn/metrics/confusion-matrix.ts";
import type { LabelsOrNumbers } from "../../learn/metrics/evaluation.ts";
import { classTable } from "../class-table.ts";
import { classificationSection } from "../classification-section.ts";
import { confusionTable } from "../confusion-table.ts";
import { formatTime } from "../format.ts";
import { type Html, html } from "../html.ts";
import { renderPage, warningList } from "../page.ts";
import { regressionSection } from "../regression-section.ts";
import { comparisonTable } from "./comparison-table.ts";
import { daysSection } from "./days-section.ts";
import { driftSection } from "./drift-section.ts";
import type { EvaluationData } from "./evaluation-data.ts";
import { evaluationSummary } from "./evaluation-summary.ts";

/**
 * The report of an evaluation: one page that needs no network and no script, the same bytes for the same data.
 *
 * @returns a whole HTML document; all text from the data is escaped
 */
export function renderEvaluation(data: EvaluationData): string {
  const { card, result, source, time } = data;
  const hasTruth = result.evaluation.truth.length > 0;
  return renderPage({
    title: `${card.name} ${card.version}: the model now`,
    header: html`<p class="kind">The model now</p>
<h1>${card.name} <span>${card.version}</span></h1>
${card.description === undefined ? undefined : html`<p>${card.description}.</p>`}
<p>Predicts <b>${card.target}</b>. Trained ${formatTime(card.creation_time)}; evaluated ${formatTime(time)} on ${source}.</p>`,
    main: html`<section aria-label="Summary">${evaluationSummary(data)}${warningList(result.warnings)}</section>
${hasTruth ? html`<section><h2>How well it does</h2>${comparisonTable(data)}</section>` : undefined}
${daysSection(data)}
${hasTruth ? mistakesSection(result.evaluation, card.target) : undefined}
${driftSection(data)}
<section><h2>Which model</h2><dl><div><dt>Model id</dt><dd>${card.id}</dd></div><div><dt>Estimator</dt><dd>${card.estimator.name}</dd></div><div><dt>Made with</dt><dd>mlt ${card.mlt_version}</dd></div></dl></section>`,
  });
}

function mistakesSection(evaluation: LabelsOrNumbers, target: string): Html {
  if (evaluation.task === "regression") return regressionSection({ test: evaluation }, target);
  const few = withFewLabels(evaluation);
  const { truth, classes, predictions } = few;
  const { probabilities } = predictions;
  if (probabilities !== undefined) {
    return classificationSection({
      classes,
      test: { truth, predictions: { ...predictions, probabilities } },
    });
  }
  const matrix = confusionMatrix(few);
  return html`<section><h2>Where it is right, and where it errs</h2>
<div class="${matrix.labels.length <= 5 ? "pair" : "stack"}">${confusionTable(matrix)}${classTable(classScores(matrix))}</div></section>`;
}
