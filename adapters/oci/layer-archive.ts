import { ExitCode, MltError } from "../../core/errors.ts";
import type { ImageLayer } from "../../core/image/image-plan.ts";
import { tarEnd, tarEntries, tarHeader, tarPadding } from "../../core/image/tar.ts";
import { fileChunks } from "./blob.ts";

/** What is in a layer. */
export type LayerContents = Pick<ImageLayer, "files" | "folders">;

/**
 * The tar archive of a layer, a piece at a time; big files are read while it is.
 *
 * @throws {MltError} external: where a file is not as long as was said
 */
export async function* layerArchive(
  { files, folders }: LayerContents,
  modifiedSeconds: number,
): AsyncGenerator<Uint8Array> {
  for (const entry of tarEntries(files, folders)) {
    if ("folder" in entry) {
      const { path, mode, uid, gid } = entry.folder;
      yield tarHeader({ path, kind: "folder", mode, sizeBytes: 0, owner: { uid, gid } }, modifiedSeconds);
      continue;
    }
    const { path, mode, content } = entry.file;
    const sizeBytes = content instanceof Uint8Array ? content.length : content.sizeBytes;
    yield tarHeader({ path, kind: "file", mode, sizeBytes }, modifiedSeconds);
    if (content instanceof Uint8Array) yield content;
    else yield* wholeFile(content.source, sizeBytes);
    yield tarPadding(sizeBytes);
  }
  yield tarEnd;
}

async function* wholeFile(path: string, sizeBytes: number): AsyncGenerator<Uint8Array> {
  let read = 0;
  for await (const chunk of fileChunks(path)) {
    read += chunk.length;
    if (read > sizeBytes) break;
    yield chunk;
  }
  if (read !== sizeBytes) {
    throw new MltError(`"${path}" changed while it was put into the image`, {
      hint: "Build the image again when nothing writes to the file.",
      exitCode: ExitCode.external,
    });
  }
}
