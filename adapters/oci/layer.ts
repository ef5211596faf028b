import { stat } from "node:fs/promises";
import { mediaTypes } from "../../core/image/descriptor.ts";
import { nameOfStream } from "./blob.ts";
import { type Compression, gzipCompression } from "./compress.ts";
import type { ImageCache } from "./image-cache.ts";
import { type LayerContents, layerArchive } from "./layer-archive.ts";

/** A layer, compressed, in a file of the cache. */
export interface LayerBlob {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  /** Digest of the archive before it is compressed. */
  readonly diffId: string;
  readonly path: string;
}

/** Makes a layer, or finds it in the cache, where only their bytes are read. */
export async function makeLayer(
  contents: LayerContents,
  modifiedSeconds: number,
  cache: ImageCache,
  compression: Compression = gzipCompression(),
): Promise<LayerBlob> {
  const archive = await nameOfStream(layerArchive(contents, modifiedSeconds));
  const known = await cache.compressed(archive.digest, compression.name);
  const found = known === undefined ? undefined : await cache.find(known);
  if (known !== undefined && found !== undefined) {
    const { size } = await stat(found);
    return { mediaType: mediaTypes.layer, digest: known, size, diffId: archive.digest, path: found };
  }
  const { digest, size, path } = await cache.add((path) =>
    compression.write(layerArchive(contents, modifiedSeconds), archive.size, path),
  );
  await cache.noteCompressed(archive.digest, compression.name, digest);
  return { mediaType: mediaTypes.layer, digest, size, diffId: archive.digest, path };
}
