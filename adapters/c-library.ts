import type { ImageFile } from "../core/image/image-plan.ts";
import { listAssets, readAsset } from "./assets.ts";

/** Where the build keeps the libraries, by their paths from the root. */
export const cLibraryFolder = "dist/c-library";

/**
 * The C and C++ libraries of the machine that mlt was built on, at the places where their loader looks: what a program
 * of mlt needs in an image that stands on nothing. None where mlt was built for another system.
 */
export function cLibrary(): readonly ImageFile[] {
  return listAssets(cLibraryFolder).map((name) => ({
    path: name.slice(cLibraryFolder.length + 1),
    mode: 0o755,
    content: readAsset(name),
  }));
}
