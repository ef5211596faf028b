import type { ModelCard } from "../../model/model-card.ts";
import { formatMetric, formatTime } from "../../report/format.ts";
import { type Html, html } from "../../report/html.ts";
import { metricText } from "../../report/metric-text.ts";

/** So many classes are named; of more, the number is told. */
const maxClasses = 10;

/** What the model is, how well it does, and where to read on. */
export function modelFacts(card: ModelCard): Html {
  const facts: readonly (readonly [string, HtmlText | undefined])[] = [
    ["Predicts", predicts(card)],
    ...headlineMetric(card),
    ["Trained", formatTime(card.creation_time)],
    ["Estimator", card.estimator.name],
    ["Version", card.version],
    ["Model id", card.id],
  ];
  return html`<footer aria-labelledby="facts-title">
<h2 id="facts-title">About this model</h2>
<dl>${facts.map(([name, text]) => html`<div><dt>${name}</dt><dd>${text}</dd></div>`)}</dl>
<nav aria-label="More of this service"><a href="docs">API documentation</a> <a href="docs/json">OpenAPI description</a> <a href="api/model">The model as JSON</a></nav>
</footer>`;
}

type HtmlText = string | Html;

function predicts({ target, classes }: ModelCard): string {
  if (classes.length === 0) return `${target}, a number`;
  return classes.length > maxClasses
    ? `${target}, one of ${classes.length} classes`
    : `${target}: ${classes.join(", ")}`;
}

/** The first score of the rows that were held out; none where no rows were. */
function headlineMetric({ metrics }: ModelCard): readonly (readonly [string, Html])[] {
  return Object.entries(metrics.test)
    .slice(0, 1)
    .map(([metric, value]) => {
      const { name, meaning } = metricText(metric);
      const explained = meaning === "" ? "" : `${meaning}; `;
      return [name, html`${formatMetric(metric, value)} <small>${explained}on rows it had not seen</small>`];
    });
}
