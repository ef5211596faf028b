import { Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { ImageComponent } from "../core/image/image-component.ts";
import { readAsset } from "./assets.ts";

/** Name of the asset that `ops/build/image-components.ts` makes: what the program of an image has in it. */
export const imageComponentsAsset = "dist/image/components.json";

/** What the program of an image has in it, as this mlt was compiled. */
export function imageComponents(): readonly ImageComponent[] {
  const components: unknown = JSON.parse(new TextDecoder().decode(readAsset(imageComponentsAsset)));
  if (Value.Check(Type.Array(ImageComponent), components)) return components;
  throw new RangeError(`"${imageComponentsAsset}" has other components than this mlt knows`);
}
