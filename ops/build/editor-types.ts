import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { editorTypesAsset } from "../../adapters/editor-types.ts";

/** Where each library lies in node_modules, its declarations in it, and the name under which tsconfig.json finds them. */
const libraries = [
  { name: "nodejs-polars", home: "nodejs-polars", declarations: "bin" },
  { name: "bun-types", home: "bun-types", declarations: "." },
  { name: "node", home: "@types/node", declarations: "." },
  { name: "undici-types", home: "undici-types", declarations: "." },
] as const;

/** Declarations for older or newer compilers, documentation, and a second copy of undici-types. */
const leftOut = /^(ts\d+\.\d+|docs|node_modules)\//;

/**
 * The types that a project's code can use with nothing installed: JSON, text by path, the same bytes for the same
 * packages. What `unpackEditorTypes` takes once it is compressed.
 *
 * @param nodeModules  path of this repository's node_modules
 */
export function gatherEditorTypes(nodeModules: string): string {
  const files: Record<string, string> = {};
  for (const { name, home, declarations } of libraries) {
    const root = join(nodeModules, home, declarations);
    for (const path of readdirSync(root, { recursive: true, encoding: "utf8" }).sort()) {
      if (path.endsWith(".d.ts") && !leftOut.test(path)) {
        files[`${name}/${path}`] = readFileSync(join(root, path), "utf8");
      }
    }
    const licence = join(nodeModules, home, "LICENSE");
    if (existsSync(licence)) files[`${name}/LICENSE`] = readFileSync(licence, "utf8");
  }
  return JSON.stringify(files);
}

// For mlt started from source: it reads this file where the compiled binary has an asset.
if (import.meta.main) {
  const repository = join(import.meta.dirname, "../..");
  mkdirSync(join(repository, "dist"), { recursive: true });
  writeFileSync(join(repository, editorTypesAsset), gatherEditorTypes(join(repository, "node_modules")));
}
