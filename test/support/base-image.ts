import { spawnSync } from "node:child_process";
import { realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import type { BaseImage } from "../../adapters/oci/image.ts";
import { makeImage } from "../../adapters/oci/image.ts";
import { openImageCache } from "../../adapters/oci/image-cache.ts";
import { tagAnnotation, writeLayout } from "../../adapters/oci/layout.ts";
import type { ImageFile, ImagePlan } from "../../core/image/image-plan.ts";

const scratch: BaseImage = { layers: [] };

const libraries = /^(?:ld-linux.*|lib(?:c|m|dl|pthread|rt|stdc\+\+|gcc_s))\.so\.\d+$/;

/** What this machine's images run on. */
export const machinePlatform = {
  os: "linux",
  architecture: process.arch === "arm64" ? "arm64" : "amd64",
} as const;

/**
 * Makes an image of nothing but the C and C++ libraries of this machine, with the tag `latest`, as an OCI layout in the
 * folder; the same each time.
 *
 * @returns how a plan names it: `oci:…`
 */
export async function baseLayout(folder: string): Promise<string> {
  const plan: ImagePlan = {
    platform: machinePlatform,
    base: "scratch",
    layers: [{ name: "program", files: machineLibraries() }],
    runtime: {
      user: "0:0",
      env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
      workingDir: "/",
      entrypoint: [],
      cmd: [],
      port: 8000,
      labels: {},
      healthcheck: [],
    },
    created: "1970-01-01T00:00:00Z",
  };
  const cache = await openImageCache({ folder: `${folder}.cache` });
  const image = await makeImage(plan, scratch, cache);
  const listed = { ...image.manifest, annotations: { [tagAnnotation]: "latest" } };
  await writeLayout(folder, { manifests: [listed], blobs: image.blobs });
  return `oci:${folder}:latest`;
}

/** Each library under the path that programs look for it at; links are followed. */
function machineLibraries(): readonly ImageFile[] {
  const onnxruntime = join(
    import.meta.dirname,
    `../../node_modules/onnxruntime-node/bin/napi-v6/linux/${process.arch}/libonnxruntime.so.1`,
  );
  const { stdout } = spawnSync("ldd", ["-v", onnxruntime, process.execPath], { encoding: "utf8" });
  const paths = stdout.match(/\/\S+\.so\.\d+(?=[\s:])/g) ?? [];
  const wanted = [...new Set(paths)].filter((path) => libraries.test(path.split("/").at(-1) ?? ""));
  return wanted.sort().map((path) => {
    const source = realpathSync(path);
    const { size, mode } = statSync(source);
    return { path: path.slice(1), mode: mode & 0o777, content: { source, sizeBytes: size } };
  });
}
