import { type Html, html } from "./html.ts";
import { style } from "./style.ts";

export interface Page {
  readonly title: string;
  readonly header: Html;
  readonly main: Html;
}

/** A whole HTML document that needs no network and no script. */
export function renderPage({ title, header, main }: Page): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<header>${header}</header>
<main>
${main}
</main>
</body>
</html>
`.markup;
}

/** What a reader should know first; nothing where there is nothing to say. */
export function warningList(warnings: readonly string[]): Html | undefined {
  if (warnings.length === 0) return undefined;
  return html`<aside class="warnings" aria-labelledby="know"><h2 id="know">What to know</h2><ul>${warnings.map(
    (warning) => html`<li>${warning}</li>`,
  )}</ul></aside>`;
}
