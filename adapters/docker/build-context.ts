import { chmod, constants, copyFile, mkdir, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { contextFolders } from "../../core/image/dockerfile-lines.ts";
import type { ImageFile, ImagePlan } from "../../core/image/image-plan.ts";
import { imagePaths } from "../../core/image/production-plan.ts";

const layerNames = ["program", "config", "model"] as const;

/**
 * Writes what a Dockerfile copies from: a folder for each layer, `program/`, `config/` and `model/`, with its files as
 * they lie in the image, and `folders/` with those that are empty. Every one exists, and all times are the plan's.
 */
export async function writeBuildContext(dir: string, { layers, created }: ImagePlan): Promise<void> {
  const time = new Date(created);
  const files = layers.flatMap((layer) =>
    layer.files.map((file) => [join(dir, layer.name, file.path), file] as const),
  );
  const modes = new Map<string, number>();
  const addFolder = (folder: string, mode: number) => {
    for (let above = dirname(folder); above !== dir; above = dirname(above)) {
      if (!modes.has(above)) modes.set(above, 0o755);
    }
    modes.set(folder, mode);
  };
  for (const name of layerNames) addFolder(join(dir, name), 0o755);
  // Mlt's own Dockerfile copies this one, whether the plan has it or not.
  addFolder(join(dir, contextFolders, imagePaths.spool), 0o750);
  for (const [path] of files) addFolder(dirname(path), 0o755);
  for (const { path, mode } of layers.flatMap(({ folders }) => folders ?? [])) {
    addFolder(join(dir, contextFolders, path), mode);
  }
  for (const folder of modes.keys()) await mkdir(folder, { recursive: true });
  for (const [path, file] of files) await writeImageFile(path, file, time);
  for (const [folder, mode] of modes) {
    // Whatever the umask is.
    await chmod(folder, mode);
    await utimes(folder, time, time);
  }
}

async function writeImageFile(path: string, { content, mode }: ImageFile, time: Date): Promise<void> {
  if (content instanceof Uint8Array) await writeFile(path, content, { flag: "wx" });
  else await copyFile(content.source, path, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  await chmod(path, mode);
  await utimes(path, time, time);
}
