import type { ModelCard } from "../../model/model-card.ts";
import { assetRoute, type DocsAssets, formAssetNames } from "../page-assets.ts";
import type { Answer, Route } from "../route.ts";
import { formPage, formPagePolicy } from "./form-page.ts";

/** `GET /`, the page to try the model with, and its assets, all served from memory. */
export function formRoutes(card: ModelCard, assets: DocsAssets): readonly Route[] {
  const page: Answer = {
    body: formPage(card),
    contentType: "text/html; charset=utf-8",
    headers: {
      "content-security-policy": formPagePolicy,
      "referrer-policy": "no-referrer",
      // Loaded anew whenever it is opened, since the next model may be another; but going back finds what was typed.
      "cache-control": "no-cache",
    },
  };
  return [
    { method: "GET", path: "/", respond: () => page },
    ...formAssetNames.map((name) => assetRoute(`/assets/${name}`, name, assets)),
  ];
}
