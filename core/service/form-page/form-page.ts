import type { ModelCard } from "../../model/model-card.ts";
import { type Html, html } from "../../report/html.ts";
import { fieldMarkup } from "./field-markup.ts";
import { type FormField, type FormValue, formFields } from "./form-field.ts";
import { modelFacts } from "./model-facts.ts";

/** From so many fields on, the form has a field to find them by. */
const manyFields = 13;

/**
 * The page at `/`: a form of the model's features, and what the model answers.
 * Its addresses are relative, so that it works under any path that a proxy puts before the service.
 */
export function formPage(card: ModelCard): string {
  const fields = formFields(card);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${card.name} ${card.version}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="assets/page.css">
<link rel="stylesheet" href="assets/fields.css">
<link rel="stylesheet" href="assets/answer.css">
<script type="module" src="assets/form.js"></script>
</head>
<body>
${header(card)}
<noscript><p class="notice">This page needs JavaScript to ask the model. <a href="docs/json">The description of the service</a> says how to ask it from a program.</p></noscript>
<main>
${form(fields, card.golden.length > 1)}
${result(card)}
</main>
${modelFacts(card)}
<script type="application/json" id="page-data">${json(pageData(card, fields))}</script>
</body>
</html>
`.markup;
}

/** Only what the service itself sends may run or be loaded, and nothing inline. */
export const formPagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join("; ");

function header({ name, version, description, task, target }: ModelCard): Html {
  return html`<header>
<p class="kind">${task === "classification" ? "Classification" : "Regression"} of ${target}</p>
<h1>${name} <span>${version}</span></h1>
${description === undefined ? undefined : html`<p class="purpose">${description}</p>`}
</header>`;
}

function form(fields: readonly FormField[], hasMoreExamples: boolean): Html {
  const hasSlider = fields.some((field) => field.kind === "number" && field.scale?.learned);
  return html`<form id="form" novalidate autocomplete="off" aria-labelledby="form-title">
<div class="top"><h2 id="form-title">Features</h2>
<div class="actions">${hasMoreExamples ? html`<button type="button" id="another">Another example</button>` : undefined}<button type="reset">Reset</button></div></div>
${hasSlider ? html`<p class="hint">A slider spans the values that the model has learned from.</p>` : undefined}
${fields.length < manyFields ? undefined : finder(fields.length)}
<div class="fields">${fields.map(fieldMarkup)}</div>
<div class="send"><button type="submit" class="main">Predict</button><a href="#result" id="brief" class="brief" aria-hidden="true" tabindex="-1"></a></div>
</form>`;
}

function finder(nFields: number): Html {
  return html`<div class="finder"><label for="find" class="name">Find a feature</label><input type="search" id="find" autocomplete="off" aria-describedby="found"><p id="found" class="hint" role="status">${nFields} features</p></div>`;
}

function result({ task, target, baseline }: ModelCard): Html {
  const kind = task === "classification" ? "bars" : "scale";
  const { prediction } = baseline;
  const edges = prediction.kind === "number" ? prediction.edges : [];
  const [low, high] = [edges.at(0), edges.at(-1)];
  const span =
    low === undefined || high === undefined || low === high
      ? undefined
      : html` data-low="${low}" data-high="${high}"`;
  return html`<section id="result" aria-labelledby="result-title">
<h2 id="result-title">Predicted ${target}</h2>
<div id="answer"><p id="headline" role="status"></p><div id="${kind}"${span}></div></div>
<div id="problem" role="alert"></div>
<form id="key-form" class="key" novalidate hidden><label for="key" class="name">API key</label>
<div><input type="password" id="key" autocomplete="off" spellcheck="false" aria-describedby="key-note"><button type="submit" class="main">Use this key</button></div>
<p class="hint" id="key-note">It is kept until this page is closed or loaded again, and nowhere else.</p></form>
<details id="request"><summary>This request, for a program</summary>
<div class="top"><h3>JSON</h3><button type="button" data-copies="request-json">Copy</button></div><pre id="request-json" tabindex="0"></pre>
<div class="top"><h3>curl</h3><button type="button" data-copies="request-curl">Copy</button></div><pre id="request-curl" tabindex="0"></pre>
<p class="hint" id="copied" role="status"></p></details>
</section>`;
}

/** What the page's script needs to know; the examples are in the order of the fields. */
function pageData({ id, task, golden }: ModelCard, fields: readonly FormField[]) {
  const examples = golden.map((_, index) => fields.map((field): FormValue => field.examples[index] ?? null));
  return {
    modelId: id,
    path: task === "classification" ? "api/proba_predictions" : "api/predictions",
    examples,
  };
}

/** Between script tags nothing is escaped, and only "<" could end them. */
function json(value: unknown): Html {
  return { markup: JSON.stringify(value).replaceAll("<", "\\u003c") };
}
