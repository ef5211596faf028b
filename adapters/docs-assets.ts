import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";
import type { DocsAssetName, DocsAssets } from "../core/service/docs-routes.ts";

const { resolve } = createRequire(import.meta.url);
const known = new Map<DocsAssetName, Uint8Array<ArrayBuffer>>();

/** Swagger UI from the installed package, compressed when it is first asked for. The build embeds it instead. */
export const docsAssets: DocsAssets = {
  gzipped(name) {
    const bytes =
      known.get(name) ?? new Uint8Array(gzipSync(readFileSync(resolve(`swagger-ui-dist/${name}`))));
    known.set(name, bytes);
    return bytes;
  },
};
