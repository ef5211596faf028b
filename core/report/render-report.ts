import { questionsScores } from "../data-quality/data-finding.ts";
import { aboutSection } from "./about-section.ts";
import { classificationSection } from "./classification-section.ts";
import { dataSection } from "./data-section.ts";
import { formatTime } from "./format.ts";
import { type Html, html } from "./html.ts";
import { importanceSection } from "./importance-section.ts";
import { metricsTable } from "./metrics-table.ts";
import { renderPage, warningList } from "./page.ts";
import { regressionSection } from "./regression-section.ts";
import type { ReportData } from "./report-data.ts";
import { summary } from "./summary.ts";

/**
 * report.html: one page that needs no network and no script, the same bytes for the same data.
 *
 * @returns a whole HTML document; all text from the data is escaped
 */
export function renderReport(data: ReportData): string {
  const { card, importance } = data;
  const questions = data.findings.filter(questionsScores).map(({ message }) => message);
  const count = card.features.length;
  return renderPage({
    title: `${card.name} ${card.version}: model report`,
    header: html`<p class="kind">Model report</p>
<h1>${card.name} <span>${card.version}</span></h1>
${card.description === undefined ? undefined : html`<p>${card.description}.</p>`}
<p>Predicts <b>${card.target}</b> from ${count} ${count === 1 ? "feature" : "features"} with ${card.estimator.name}. Trained ${formatTime(card.creation_time)}.</p>`,
    main: html`<section aria-label="Summary">${summary(data)}${warningList([...questions, ...data.warnings])}</section>
<section><h2>How well it does</h2>${metricsTable(data)}</section>
${resultsSection(data)}
${importance === undefined || importance.features.length === 0 ? undefined : importanceSection(importance)}
${dataSection(data)}
${aboutSection(card)}`,
  });
}

function resultsSection({ results, card }: ReportData): Html | undefined {
  if (results.test.truth.length === 0) return undefined;
  return results.task === "classification"
    ? classificationSection(results)
    : regressionSection(results, card.target);
}
