import { sha256 } from "../model/sha256.ts";
import type { Answer, Call, Route } from "./route.ts";

/** The files of Swagger UI that the page at `/docs` needs. */
export const swaggerAssetNames = ["swagger-ui-bundle.js", "swagger-ui.css"] as const;

/** What the page at `/` consists of in the browser: its styles and its modules, of which `form.js` is the first. */
export const formAssetNames = [
  "page.css",
  "fields.css",
  "answer.css",
  "form.js",
  "fields.js",
  "ask.js",
  "answer.js",
  "request-text.js",
] as const;

export const docsAssetNames = [...swaggerAssetNames, ...formAssetNames] as const;
export type DocsAssetName = (typeof docsAssetNames)[number];

/** Where the files of the service's pages come from. */
export interface DocsAssets {
  /** The file, compressed with gzip; the same bytes at every call. */
  gzipped(name: DocsAssetName): Uint8Array<ArrayBuffer>;
}

/** Serves the file at `path`, compressed for those who ask. */
export function assetRoute(path: string, name: DocsAssetName, assets: DocsAssets): Route {
  const respond = async ({ request }: Call): Promise<Answer> => {
    const gzipped = assets.gzipped(name);
    const accepts = acceptsGzip(request.headers.get("accept-encoding"));
    const answer = await fileAnswer(request, name, gzipped, async () =>
      accepts ? gzipped : await gunzip(gzipped),
    );
    const encoding = accepts && answer.body !== null ? { "content-encoding": "gzip" } : {};
    return { ...answer, headers: { ...answer.headers, ...encoding, vary: "accept-encoding" } };
  };
  return { method: "GET", path, respond };
}

/** Serves text that mlt holds itself. */
export function textRoute(path: string, text: string): Route {
  const bytes = new TextEncoder().encode(text);
  return {
    method: "GET",
    path,
    respond: ({ request }) => fileAnswer(request, path, bytes, () => Promise.resolve(bytes)),
  };
}

/**
 * A file that browsers keep, and ask about before each use: after an update of mlt a page never meets an old script.
 * Who has it already gets 304.
 *
 * @see RFC 9110, §13.1.2
 */
async function fileAnswer(
  request: Request,
  name: string,
  identity: Uint8Array<ArrayBuffer>,
  read: () => Promise<Uint8Array<ArrayBuffer>>,
): Promise<Answer> {
  // Weak: compressed or not, it is the same file.
  const etag = `W/"${await tagOf(identity)}"`;
  const headers = { "cache-control": "public, no-cache", etag };
  const known = (request.headers.get("if-none-match") ?? "").split(",").map((tag) => tag.trim());
  if (known.includes(etag)) return { body: null, status: 304, headers };
  const type = name.endsWith(".css") ? "text/css" : "text/javascript";
  return { body: await read(), contentType: `${type}; charset=utf-8`, headers };
}

const tags = new WeakMap<Uint8Array, string>();

async function tagOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const tag = tags.get(bytes) ?? (await sha256(bytes)).slice(0, 16);
  tags.set(bytes, tag);
  return tag;
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
