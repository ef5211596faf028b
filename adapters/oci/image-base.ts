import type { ImagePlan } from "../../core/image/image-plan.ts";
import type { BaseImage } from "./image.ts";
import { layoutBase } from "./layout-base.ts";

/** Reads a base from a registry; rejects with `MltError`. */
export type PullBase = (reference: string, platform: ImagePlan["platform"]) => Promise<BaseImage>;

/**
 * What a plan stands on: nothing, a layout, or an image that is pulled.
 *
 * @param root  what the folder of a layout is relative to
 * @throws {MltError} where it is not there or is for another platform
 */
export async function imageBase(
  { base, platform }: Pick<ImagePlan, "base" | "platform">,
  pull: PullBase,
  root = ".",
): Promise<BaseImage> {
  if (base === "scratch") return { layers: [] };
  return base.startsWith("oci:") ? await layoutBase(base, platform, root) : await pull(base, platform);
}
