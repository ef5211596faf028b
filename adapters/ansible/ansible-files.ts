import { stat } from "node:fs/promises";
import { join } from "node:path";
import { listAssets, readAsset } from "../assets.ts";
import { unpackAssets } from "../unpack-assets.ts";

/** Where a project has playbooks and roles of its own. */
const ansibleFolder = "ansible";

/** The folder of the project's playbooks, else of mlt's, unpacked to the cache. @throws {MltError} external: when they cannot be unpacked */
export async function findPlaybooks(projectDir: string): Promise<string> {
  const own = join(projectDir, ansibleFolder);
  const isOwn = await stat(join(own, "up.yml")).then(
    (found) => found.isFile(),
    () => false,
  );
  return isOwn ? own : join(await unpackAssets("ansible", ownPlaybooks()), ansibleFolder);
}

/** Mlt's own, by their path in a project. */
export function ownPlaybooks(): Map<string, Uint8Array> {
  const assets = listAssets("ops/ansible");
  return new Map(assets.map((asset) => [asset.slice("ops/".length), readAsset(asset)]));
}
