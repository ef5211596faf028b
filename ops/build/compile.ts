import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { cLibraryFolder } from "../../adapters/c-library.ts";
import { docsAssetPaths } from "../../adapters/docs-assets.ts";
import { editorTypesAsset } from "../../adapters/editor-types.ts";
import type { NativeName } from "../../adapters/embedded.ts";
import { imageComponentsAsset } from "../../adapters/image-components.ts";
import { imageScriptAsset } from "../../adapters/image-program.ts";
import { testKitFolder } from "../../adapters/test-runner.ts";
import { docsAssetNames } from "../../core/service/page-assets.ts";
import { gatherCLibrary } from "./c-library.ts";
import { gatherEditorTypes } from "./editor-types.ts";
import { bundleImageScript } from "./image-script.ts";
import { type CompressedSet, compressNatives } from "./natives.ts";
import { findTarget, targetNames } from "./targets.ts";

/** Compiles `mlt` to one file: Bun, the source, both native add-ons and every asset. */

const { values: flags } = parseArgs({
  options: {
    target: { type: "string", default: `${process.platform}-${process.arch}` },
    outfile: { type: "string" },
    // 19 takes a minute and saves an eighth of the size: for what is handed out.
    release: { type: "boolean", default: false },
  },
});

const root = resolve(import.meta.dirname, "../..");
process.chdir(root);
const work = "dist/build";
const target = findTarget(flags.target, work);
const level = flags.release ? 19 : 9;
const outfile =
  flags.outfile ??
  (target.name === `${process.platform}-${process.arch}` ? "dist/mlt" : `dist/mlt-${target.name}`);

const natives = compressNatives(target, `${work}/natives`, level);
gatherCLibrary(programs(), target.name === `${process.platform}-${process.arch}`);
await bundleTestKit();
writeFileSync(editorTypesAsset, gatherEditorTypes("node_modules"));
await bundleImageScript({ target, natives, replaceModules });
await compile();
report();

/** What `mlt test` unpacks: everything that a project's tests may import, in one file, and the page of /docs beside it. */
async function bundleTestKit(): Promise<void> {
  const docs = docsAssetNames.map(docsAssetPaths);
  const assets = docs.map((name) => `${JSON.stringify(name)}: asset(${JSON.stringify(name)})`);
  const built = await Bun.build({
    entrypoints: ["cli/project/test-preload.ts"],
    outdir: testKitFolder,
    naming: "preload.js",
    target: "bun",
    // Not minified: a failing test shows the lines around the failure, also where they are ours.
    plugins: [
      replaceModules(`
        import { join } from "node:path";
        const asset = (name) => ({ path: join(import.meta.dirname, name + ".gz"), sizeBytes: 0 });
        export const embedded = { natives: ${nativesLiteral((set) => set.name)}, assets: {${assets.join(",")}}, testKitKey: "" };
      `),
    ],
  });
  if (!built.success) throw new AggregateError(built.logs, "The test kit does not build");
  for (const name of docs)
    writeAsset(join(testKitFolder, `${name}.gz`), gzipSync(readFileSync(name), { level: 9 }));
}

async function compile(): Promise<void> {
  const built = await Bun.build({
    entrypoints: ["cli/mlt.ts", "adapters/threads/thread.ts"],
    target: "bun",
    format: "esm",
    splitting: true,
    bytecode: true,
    minify: true,
    plugins: [replaceModules(embeddedModule())],
    compile: {
      target: `bun-${target.name}`,
      outfile,
      // A user's own package.json is read, so that their packages are found; no other file of theirs steers mlt.
      autoloadPackageJson: true,
      autoloadDotenv: false,
      autoloadBunfig: false,
      autoloadTsconfig: false,
    },
  });
  if (!built.success) throw new AggregateError(built.logs, "mlt does not compile");
}

/** The module that stands in for `adapters/embedded.ts`. */
function embeddedModule(): string {
  const imports: string[] = [];
  const embed = (path: string) => {
    imports.push(`import f${imports.length} from ${JSON.stringify(resolve(path))} with { type: "file" };`);
    return `f${imports.length - 1}`;
  };
  const nativeFiles = nativesLiteral((file) => embed(file.path));
  const assets = assetNames().map((name) => {
    const compressed = `${work}/assets/${name}.gz`;
    writeAsset(compressed, gzipSync(readFileSync(name), { level: 9 }));
    const size = statSync(name).size;
    return `${JSON.stringify(name)}: { path: ${embed(compressed)}, sizeBytes: ${size} }`;
  });
  const key = createHash("sha256")
    .update(readFileSync(join(testKitFolder, "preload.js")))
    .digest("hex")
    .slice(0, 16);
  return `${imports.join("\n")}
    export const embedded = { natives: ${nativeFiles}, assets: {${assets.join(",")}}, testKitKey: "test-kit-${key}" };`;
}

function nativesLiteral(pathOf: (file: CompressedSet["files"][number]) => string): string {
  const sets = Object.entries(natives).map(([name, set]) => {
    const files = set.files.map((file) => {
      const path = pathOf(file);
      const expression = path === file.name ? JSON.stringify(path) : path;
      return `${JSON.stringify(file.name)}: { path: ${expression}, sizeBytes: ${file.sizeBytes} }`;
    });
    return `${name}: { key: ${JSON.stringify(set.key)}, entry: ${JSON.stringify(set.entry)}, files: {${files.join(",")}} }`;
  });
  return `{${sets.join(",")}}`;
}

/** What an image runs or loads. */
function programs(): string[] {
  const addOns = [`node_modules/onnxruntime-node/bin/napi-v6/${target.os}/${target.arch}`, target.polarsDir];
  const loaded = addOns.flatMap((dir) => readdirSync(dir).map((name) => join(dir, name)));
  return [process.execPath, ...loaded.filter((path) => /\.node$|\.so(\.\d+)?$/.test(path))];
}

function assetNames(): string[] {
  const below = (folder: string) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  return [
    ...below("templates"),
    ...below("ops/dockerfiles"),
    ...below("ops/chart"),
    ...below("ops/stacks"),
    ...below("ops/ansible"),
    ...below("ops/stacks"),
    ...below(testKitFolder),
    ...docsAssetNames.map(docsAssetPaths),
    ...below(cLibraryFolder),
    editorTypesAsset,
    imageScriptAsset,
    imageComponentsAsset,
  ].sort();
}

function writeAsset(path: string, bytes: Uint8Array): void {
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, bytes);
}

/** Puts the embedded module in its place, and leads the two packages' own loading of native code to ours. */
function replaceModules(embedded: string): Bun.BunPlugin {
  const loader = JSON.stringify(join(root, "adapters/natives.ts"));
  const load = (name: NativeName) =>
    `require(${loader}).loadNative("${name}", ${JSON.stringify(natives[name].entry)})`;
  return {
    name: "mlt-natives",
    setup(build) {
      build.onLoad({ filter: /adapters[\\/]embedded\.ts$/ }, () => ({ contents: embedded, loader: "js" }));
      build.onLoad({ filter: /onnxruntime-node[\\/]dist[\\/]binding\.js$/ }, ({ path }) => {
        const source = readFileSync(path, "utf8");
        const own = /require\(`\.\.\/bin\/napi-v6\/[^`]*`\)/;
        if (!own.test(source)) throw new RangeError("onnxruntime-node loads its binding in another way now");
        return { contents: source.replace(own, load("onnxruntime")), loader: "js" };
      });
      build.onLoad({ filter: /nodejs-polars[\\/]bin[\\/]native-polars\.js$/ }, () => ({
        contents: `module.exports = ${load("polars")};`,
        loader: "js",
      }));
    },
  };
}

function report(): void {
  const size = (statSync(outfile).size / 1e6).toFixed(0);
  console.log(`${outfile}: ${size} MB for ${target.name} (of ${targetNames.join(", ")})`);
}
