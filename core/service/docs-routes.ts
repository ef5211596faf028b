import type { ModelCard } from "../model/model-card.ts";
import { docsPage, docsPagePolicy, docsPageScript, docsPageStyle } from "./docs-page.ts";
import { openApi } from "./openapi.ts";
import { assetRoute, type DocsAssets, swaggerAssetNames, textRoute } from "./page-assets.ts";
import type { Answer, Route } from "./route.ts";

/**
 * `GET /docs`, its description and its assets, all served from memory.
 *
 * @param described  the routes that the description is of
 */
export function docsRoutes(
  card: ModelCard,
  assets: DocsAssets,
  described: readonly Route[],
): readonly Route[] {
  const page: Answer = {
    body: docsPage(card),
    contentType: "text/html; charset=utf-8",
    headers: { "content-security-policy": docsPagePolicy, "referrer-policy": "no-referrer" },
  };
  let description: Promise<string> | undefined;
  return [
    { method: "GET", path: "/docs", respond: () => page },
    {
      method: "GET",
      path: "/docs/",
      respond: () => ({ body: null, status: 308, headers: { location: "../docs" } }),
    },
    {
      method: "GET",
      path: "/docs/json",
      respond: async () => {
        description ??= openApi(card, described);
        return { body: await description };
      },
    },
    textRoute("/docs/assets/page.js", docsPageScript),
    textRoute("/docs/assets/page.css", docsPageStyle),
    ...swaggerAssetNames.map((name) => assetRoute(`/docs/assets/${name}`, name, assets)),
  ];
}
