import { readFileSync } from "node:fs";
import type { ImageComponent } from "../../core/image/image-component.ts";
import { imagePaths } from "../../core/image/production-plan.ts";
import type { Target } from "./targets.ts";

interface LockedPackage {
  readonly version: string;
  readonly license?: string;
}

/**
 * What the program of an image has in it: mlt, Bun, the native libraries, and each package that was bundled.
 *
 * @param inputs  files that were bundled, such as `node_modules/elysia/dist/index.js`
 */
export function gatherImageComponents(
  inputs: readonly string[],
  { os, arch }: Pick<Target, "os" | "arch">,
): readonly ImageComponent[] {
  const lock: { version: string; packages: Record<string, LockedPackage> } = JSON.parse(
    readFileSync("package-lock.json", "utf8"),
  );
  const fromNpm = (folder: string, into?: string): ImageComponent => {
    const locked = lock.packages[folder];
    if (locked === undefined) throw new RangeError(`package-lock.json has no "${folder}"`);
    const name = folder.slice(folder.lastIndexOf("node_modules/") + "node_modules/".length);
    const purl = `pkg:npm/${name.replace("@", "%40")}@${locked.version}`;
    const component = { name, version: locked.version, ...licenceOf(locked), purl };
    return into === undefined ? component : { ...component, folder: `${imagePaths.libraries}/${into}` };
  };
  const bundled = [...new Set(inputs.map(packageFolder))].filter((folder) => folder !== undefined).sort();
  return [
    { name: "mlt", version: lock.version, licence: "MIT", purl: `pkg:generic/mlt@${lock.version}` },
    { name: "bun", version: Bun.version, licence: "MIT", purl: `pkg:generic/bun@${Bun.version}` },
    nativeOnnxruntime(fromNpm("node_modules/onnxruntime-node")),
    fromNpm(`node_modules/nodejs-polars-${os}-${arch}${os === "linux" ? "-gnu" : ""}`, "polars"),
    fromNpm("node_modules/swagger-ui-dist", "pages"),
    ...bundled
      .filter((folder) => !/\/(?:swagger-ui-dist|nodejs-polars-\w.*)$/.test(folder))
      .map((folder) => fromNpm(folder)),
  ];
}

/** `node_modules/a/node_modules/@b/c` of a file in it. */
function packageFolder(path: string): string | undefined {
  return /^(?:.*\/)?(node_modules\/.*)$/
    .exec(path)?.[1]
    ?.match(/^(?:node_modules\/(?:@[^/]+\/)?[^/]+\/)+/)?.[0]
    .slice(0, -1);
}

/** The library itself, apart from the package that binds it to JavaScript. */
function nativeOnnxruntime({ version }: ImageComponent): ImageComponent {
  return {
    name: "onnxruntime",
    version,
    licence: "MIT",
    purl: `pkg:github/microsoft/onnxruntime@v${version}`,
    folder: `${imagePaths.libraries}/onnxruntime`,
  };
}

/** Words of its own are no expression. */
function licenceOf({ license }: LockedPackage): { licence?: string } {
  return license === undefined || license.startsWith("SEE ") ? {} : { licence: license };
}
