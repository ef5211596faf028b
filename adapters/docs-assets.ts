import {
  type DocsAssetName,
  type DocsAssets,
  formAssetNames,
  swaggerAssetNames,
} from "../core/service/page-assets.ts";
import { readAssetGzip } from "./assets.ts";

const paths = new Map<DocsAssetName, string>([
  ...swaggerAssetNames.map((name) => [name, `node_modules/swagger-ui-dist/${name}`] as const),
  ...formAssetNames.map((name) => [name, `core/service/form-page/browser/${name}`] as const),
]);
const known = new Map<DocsAssetName, Uint8Array<ArrayBuffer>>();

/** The assets that the pages at `/` and `/docs` read from. */
export function docsAssetPaths(name: DocsAssetName): string {
  const path = paths.get(name);
  if (path === undefined) throw new RangeError(`There is no file "${name}" of a page`);
  return path;
}

/** What the service's pages load, kept in memory from the first time that it is asked for. */
export const docsAssets: DocsAssets = {
  gzipped(name) {
    const bytes = known.get(name) ?? new Uint8Array(readAssetGzip(docsAssetPaths(name)));
    known.set(name, bytes);
    return bytes;
  },
};
