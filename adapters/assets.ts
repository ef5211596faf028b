import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import { embedded } from "./embedded.ts";

/**
 * The text that mlt carries with it, by its path in the repository: `templates/…`, and what `ops/build` generates.
 * In the compiled binary it is embedded; from source it is read from the checkout.
 */
const root = fileURLToPath(new URL("..", import.meta.url));

/** @throws {RangeError} when there is no such asset */
export function readAsset(name: string): Uint8Array {
  return embedded === undefined ? readFileSync(join(root, name)) : gunzipSync(readAssetGzip(name));
}

/** The asset compressed, as a web server can send it. */
export function readAssetGzip(name: string): Uint8Array {
  if (embedded === undefined) return gzipSync(readFileSync(join(root, name)));
  const file = embedded.assets[name];
  if (file === undefined) throw new RangeError(`There is no asset "${name}"`);
  return readFileSync(file.path);
}

/** Names of all assets below a folder, sorted. */
export function listAssets(folder: string): string[] {
  const prefix = `${folder}/`;
  const names =
    embedded === undefined
      ? readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => `${join(entry.parentPath, entry.name).slice(root.length)}`)
      : Object.keys(embedded.assets);
  return names.filter((name) => name.startsWith(prefix)).sort();
}
