import type { ModelCard } from "../model/model-card.ts";
import { docsPage, docsPagePolicy, docsPageScript, docsPageStyle } from "./docs-page.ts";
import { openApi } from "./openapi.ts";
import type { Answer, Call, Route } from "./route.ts";

/** The files of Swagger UI that the page needs. */
export const docsAssetNames = ["swagger-ui-bundle.js", "swagger-ui.css"] as const;
export type DocsAssetName = (typeof docsAssetNames)[number];

/** Where the files of Swagger UI come from. */
export interface DocsAssets {
  /** The file, compressed with gzip; the same bytes at every call. */
  gzipped(name: DocsAssetName): Uint8Array<ArrayBuffer>;
}

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
    { method: "GET", path: "/docs/assets/page.js", respond: () => fileAnswer("page.js", docsPageScript) },
    { method: "GET", path: "/docs/assets/page.css", respond: () => fileAnswer("page.css", docsPageStyle) },
    ...docsAssetNames.map((name) => assetRoute(name, assets)),
  ];
}

function assetRoute(name: DocsAssetName, assets: DocsAssets): Route {
  const respond = async ({ request }: Call): Promise<Answer> => {
    const gzipped = assets.gzipped(name);
    const accepts = acceptsGzip(request.headers.get("accept-encoding"));
    const answer = fileAnswer(name, accepts ? gzipped : await gunzip(gzipped));
    const encoding = accepts ? { "content-encoding": "gzip" } : {};
    return { ...answer, headers: { ...answer.headers, ...encoding, vary: "accept-encoding" } };
  };
  return { method: "GET", path: `/docs/assets/${name}`, respond };
}

function fileAnswer(name: string, body: string | Uint8Array<ArrayBuffer>): Answer {
  const type = name.endsWith(".css") ? "text/css" : "text/javascript";
  return {
    body,
    contentType: `${type}; charset=utf-8`,
    headers: { "cache-control": "public, max-age=3600" },
  };
}

/** @see RFC 9110, §12.5.3 */
function acceptsGzip(header: string | null): boolean {
  const codings = (header ?? "")
    .toLowerCase()
    .split(",")
    .map((coding) => coding.replaceAll(" ", ""));
  return codings.some((coding) => /^(gzip|\*)(;q=(?!0(\.0*)?$).*)?$/.test(coding));
}

async function gunzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(plain).arrayBuffer());
}
