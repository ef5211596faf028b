import type { DocsAssetName, DocsAssets } from "../core/service/docs-routes.ts";
import { readAssetGzip } from "./assets.ts";

const folder = "node_modules/swagger-ui-dist";
const known = new Map<DocsAssetName, Uint8Array<ArrayBuffer>>();

/** The assets that the page of `/docs` reads from. */
export const docsAssetPaths = (name: DocsAssetName): string => `${folder}/${name}`;

/** Swagger UI, kept in memory from the first time that it is asked for. */
export const docsAssets: DocsAssets = {
  gzipped(name) {
    const bytes = known.get(name) ?? new Uint8Array(readAssetGzip(docsAssetPaths(name)));
    known.set(name, bytes);
    return bytes;
  },
};
