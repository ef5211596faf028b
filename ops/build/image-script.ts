import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { docsAssetPaths } from "../../adapters/docs-assets.ts";
import type { NativeName } from "../../adapters/embedded.ts";
import { imageComponentsAsset } from "../../adapters/image-components.ts";
import { imageAssetPath, imageScriptAsset } from "../../adapters/image-program.ts";
import { docsAssetNames } from "../../core/service/page-assets.ts";
import { cLibraryComponents } from "./c-library-components.ts";
import { gatherImageComponents } from "./image-components.ts";
import type { CompressedSet } from "./natives.ts";
import type { Target } from "./targets.ts";

export interface ImageScriptOptions {
  readonly target: Target;
  readonly natives: Readonly<Record<NativeName, CompressedSet>>;
  /** Puts the text in the place of `adapters/embedded.ts`. */
  readonly replaceModules: (embedded: string) => Bun.BunPlugin;
}

/** Bundles `mlt` to the one file that `mlt build-image` compiles: it carries nothing, and reads from the image. */
export async function bundleImageScript({
  target,
  natives,
  replaceModules,
}: ImageScriptOptions): Promise<void> {
  const assets = docsAssetNames.map((name) => [
    docsAssetPaths(name),
    { path: `/${imageAssetPath(name)}`, sizeBytes: 0 },
  ]);
  const sets = Object.entries(natives).map(([name, { key, entry }]) => [name, { key, entry, files: {} }]);
  const embedded = {
    natives: Object.fromEntries(sets),
    assets: Object.fromEntries(assets),
    testKitKey: "",
  };
  rmSync(dirname(imageScriptAsset), { recursive: true, force: true });
  const built = await Bun.build({
    entrypoints: ["cli/mlt.ts"],
    outdir: dirname(imageScriptAsset),
    naming: basename(imageScriptAsset),
    target: "bun",
    format: "esm",
    minify: true,
    metafile: true,
    // Another Bun, or one for another machine, makes another program of the same script.
    banner: `// Bun ${Bun.version} ${Bun.revision} ${target.name}`,
    plugins: [replaceModules(`export const embedded = ${JSON.stringify(embedded)};`), imageCommands],
  });
  if (!built.success) throw new AggregateError(built.logs, "The program of images does not build");
  // Each is a path of this machine, or a file that the image would lack.
  if (built.outputs.length > 1) throw new RangeError(`${imageScriptAsset} has other files beside it`);
  if (readFileSync(imageScriptAsset, "utf8").includes(process.cwd()))
    throw new RangeError(`${imageScriptAsset} names "${process.cwd()}"`);
  const inputs = Object.keys(built.metafile?.inputs ?? {});
  const components = [...gatherImageComponents(inputs, target), ...cLibraryComponents()];
  writeFileSync(imageComponentsAsset, JSON.stringify(components, null, 1));
}

/** Leaves out the verbs that an image has no use for, and the code and the packages that they alone take. */
const imageCommands: Bun.BunPlugin = {
  name: "image-commands",
  setup(build) {
    build.onLoad({ filter: /cli[\\/]command-table\.ts$/ }, () => ({
      contents: readFileSync("cli/image-command-table.ts", "utf8"),
      loader: "ts",
    }));
    // An image loads no data: the module mlt brings loaders that its preprocessor.js does not call.
    build.onResolve({ filter: /^(?:mysql2|postgres)$/ }, ({ path }) => ({ path, namespace: "left-out" }));
    build.onLoad({ filter: /./, namespace: "left-out" }, () => ({ contents: "export {};", loader: "js" }));
  },
};
