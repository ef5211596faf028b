import { formatTime } from "./format.ts";
import { type Html, html } from "./html.ts";
import type { ReportCard } from "./report-data.ts";

/** What it takes to make the same model again. */
export function aboutSection(card: ReportCard): Html {
  const facts: readonly (readonly [string, string | undefined])[] = [
    ["Model id", card.id],
    ["Trained", formatTime(card.creation_time)],
    ["Estimator", card.estimator.name],
    ["Held out", heldOutText(card.split)],
    ["Seed", String(card.seed)],
    ["Data SHA-256", card.data_sha256],
    ["Git commit", card.git_commit],
    ["Made with", `mlt ${card.mlt_version}`],
  ];
  const params = Object.entries(card.estimator.params);
  return html`<section><h2>How to make it again</h2><dl>${facts.map(([name, value]) =>
    value === undefined ? undefined : html`<div><dt>${name}</dt><dd>${value}</dd></div>`,
  )}</dl>${
    params.length === 0
      ? undefined
      : html`<h3>Parameters of ${card.estimator.name}</h3><dl class="params">${params.map(
          ([name, value]) => html`<div><dt>${name}</dt><dd>${parameterText(value)}</dd></div>`,
        )}</dl>`
  }</section>`;
}

function heldOutText(split: ReportCard["split"]): string | undefined {
  if (split === undefined) return undefined;
  const share = `${Number((100 * split.test_size).toPrecision(3))}%`;
  if (split.strategy === "random") return `${share} of the rows, at random`;
  const which = split.strategy === "group" ? "whole groups by" : "the latest by";
  return `about ${share} of the rows, ${which} ${split.column}`;
}

function parameterText(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "not set");
}
