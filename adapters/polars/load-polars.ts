import type pl from "nodejs-polars";
import { prepareNative } from "../natives.ts";

export type Polars = typeof pl;

/** polars, once its native library lies where it can be opened. */
export async function loadPolars(): Promise<Polars> {
  await prepareNative("polars");
  const module = await import("nodejs-polars");
  return module.default;
}
