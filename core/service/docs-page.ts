import type { ModelCard } from "../model/model-card.ts";

/**
 * The page at `/docs`: Swagger UI from our own assets.
 * Its addresses are relative, so that it works under any path that a proxy puts before the service.
 */
export function docsPage({ name, version }: Pick<ModelCard, "name" | "version">): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(`${name} ${version}`)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/assets/swagger-ui.css">
<link rel="stylesheet" href="docs/assets/page.css">
</head>
<body>
<nav><a href="./">Try the model in a form</a></nav>
<div id="page"></div>
<noscript>This page needs JavaScript. The same description as JSON: <a href="docs/json">docs/json</a></noscript>
<script src="docs/assets/swagger-ui-bundle.js"></script>
<script src="docs/assets/page.js"></script>
</body>
</html>
`;
}

/** Only what the service itself sends may run or be loaded; Swagger UI sets styles of its own. */
export const docsPagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join("; ");

/** The page's script. Without `validatorUrl: null` Swagger UI sends the description to a server of its makers. */
export const docsPageScript = `"use strict";
const dark = matchMedia("(prefers-color-scheme: dark)");
const paint = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", paint);
paint();
SwaggerUIBundle({
  url: "docs/json",
  dom_id: "#page",
  validatorUrl: null,
  deepLinking: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: -1,
  defaultModelExpandDepth: 3,
  defaultModelRendering: "example",
});
`;

/**
 * Leaves out what says nothing here: the choice of the one server, the description's address, links, of which there
 * are none; and makes documented headers readable on a dark page. Beside the choice of the server is the place for a
 * key, if the service asks for one.
 */
export const docsPageStyle = `body { margin: 0; }
.swagger-ui .scheme-container:not(:has(.authorize)), .swagger-ui .scheme-container .schemes .schemes-server-container,
.swagger-ui .info .link, .swagger-ui .response-col_links { display: none; }
nav { max-width: 1460px; margin: 0 auto; padding: 12px 20px 0; font: 16px/1.5 sans-serif; }
nav a { display: inline-block; padding: 10px 0; color: #2a6db5; }
.dark-mode nav a { color: #74aeee; }
.swagger-ui .info { margin: 32px 0 16px; }
.dark-mode .swagger-ui .header-col { color: inherit; }
`;

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
