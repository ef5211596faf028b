import { join } from "node:path";
import { ociEngine } from "../../../adapters/oci/engine.ts";
import { checkImageEngine } from "../../contract/image-engine.ts";

checkImageEngine("ociEngine()", [], (dir) =>
  Promise.resolve(
    ociEngine({
      cache: { folder: join(dir, "cache") },
      credentials: () => Promise.resolve(undefined),
      patience: { attempts: 1, timeoutMs: 5_000 },
    }),
  ),
);
