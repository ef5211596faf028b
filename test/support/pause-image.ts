import { join } from "node:path";
import { makeImage } from "../../adapters/oci/image.ts";
import { openImageCache } from "../../adapters/oci/image-cache.ts";
import { writeLayout } from "../../adapters/oci/layout.ts";
import { writeLoadArchive } from "../../adapters/oci/load-archive.ts";
import { tinyPlan, withLibraries } from "./tiny-image.ts";

/**
 * Makes the image of the container that does nothing but hold a pod's namespaces: this machine's own `sleep`.
 *
 * @returns the OCI archive that it is in
 */
export async function pauseImage(folder: string, reference: string): Promise<string> {
  const plan = tinyPlan();
  const cache = await openImageCache({ folder: join(folder, "cache") });
  const image = await makeImage(
    {
      ...plan,
      layers: [{ name: "program", files: withLibraries("/bin/sleep") }],
      runtime: {
        ...plan.runtime,
        entrypoint: ["/bin/sleep"],
        cmd: ["infinity"],
        workingDir: "/",
        healthcheck: [],
      },
    },
    { layers: [] },
    cache,
  );
  const layout = join(folder, "layout");
  await writeLayout(layout, { manifests: [image.manifest], blobs: image.blobs });
  const archive = join(folder, "pause.tar");
  await writeLoadArchive(layout, image.manifest, [reference], archive);
  return archive;
}
