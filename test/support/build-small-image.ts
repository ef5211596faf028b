import { readBuilt } from "../../adapters/oci/built-layout.ts";
import { ociEngine } from "../../adapters/oci/engine.ts";
import { smallPlan } from "./oci-plan.ts";

/** Builds the small image twice, with a cache in the folder that it is given, and prints what it is: Bun or Deno runs it. */
const [, , folder = ""] = process.argv;
const oci = ociEngine({ credentials: () => Promise.resolve(undefined), cache: { folder } });
const built = [await readBuilt(await oci.build(smallPlan())), await readBuilt(await oci.build(smallPlan()))];
console.log(JSON.stringify(built.map(({ manifest, parts }) => [manifest.digest, parts.config.digest])));
await oci.close();
