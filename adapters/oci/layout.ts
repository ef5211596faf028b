import { constants } from "node:fs";
import { copyFile, link, mkdir, readdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { MltError } from "../../core/errors.ts";
import type { Descriptor } from "../../core/image/descriptor.ts";
import { ImageIndex, imageIndex } from "../../core/image/image-index.ts";
import { withTemporaryFolder } from "../temporary-folder.ts";
import { fileChunks, hexOf, isMissing, nameOf, nameOfStream, onDisk } from "./blob.ts";

/** Bytes of a layout: in memory, or a file that has them. */
export interface LayoutBlob {
  readonly digest: string;
  readonly content: Uint8Array | BlobFile;
}

/** A file with the bytes of a blob. */
export interface BlobFile {
  readonly path: string;
  /** Whether it is mlt's own, so that nobody else writes to it: then it is shared rather than copied. */
  readonly isOurs: boolean;
}

/** What a layout is made of: its blobs, and what its index lists. */
export interface LayoutParts {
  readonly manifests: readonly Descriptor[];
  readonly blobs: readonly LayoutBlob[];
}

/** By which name of its own an index lists a manifest. */
export const tagAnnotation = "org.opencontainers.image.ref.name";

const layoutVersion = { imageLayoutVersion: "1.0.0" };
const LayoutVersion = Type.Object({ imageLayoutVersion: Type.Literal("1.0.0") });

/**
 * Writes an OCI image layout to a folder that is not there, or is one of these: whole, or not at all.
 *
 * @throws {MltError} external: where the disk is full or refuses
 */
export async function writeLayout(folder: string, parts: LayoutParts): Promise<void> {
  const target = resolve(folder);
  await checkReplaceable(target);
  await onDisk(target, async () => {
    await mkdir(dirname(target), { recursive: true });
    await withTemporaryFolder({ prefix: `${target}.new.`, mode: 0o755 }, async (temporary) => {
      const next = join(temporary, "next");
      await fillLayout(next, parts);
      await exchange(next, target, join(temporary, "last"));
    });
  });
}

async function fillLayout(folder: string, { manifests, blobs }: LayoutParts): Promise<void> {
  const blobFolder = join(folder, "blobs", "sha256");
  await mkdir(blobFolder, { recursive: true });
  // A base may have the same layer twice.
  for (const [digest, content] of new Map(blobs.map(({ digest, content }) => [digest, content]))) {
    const path = join(blobFolder, hexOf(digest));
    if (content instanceof Uint8Array) await writeFile(path, content);
    else await placeFile(content, path);
  }
  await writeFile(join(folder, "index.json"), imageIndex(manifests));
  await writeFile(join(folder, "oci-layout"), JSON.stringify(layoutVersion));
}

/** Puts a folder in its place; the one that was there comes back where that fails. */
async function exchange(next: string, target: string, last: string): Promise<void> {
  const isReplaced = await isThere(target);
  if (isReplaced) await rename(target, last);
  try {
    await rename(next, target);
  } catch (cause) {
    if (isReplaced) await rename(last, target);
    throw cause;
  }
}

/** Only a layout is replaced, or a folder with nothing in it: one that is named by mistake is not. */
async function checkReplaceable(folder: string): Promise<void> {
  if (await isThere(folder)) {
    if ((await isThere(join(folder, "oci-layout"))) || (await isEmpty(folder))) return;
    throw new MltError(`Cannot write the image to "${folder}": it is there, and is no OCI layout`, {
      hint: "Name a folder that is not there yet.",
    });
  }
}

const unlinkable: ReadonlySet<unknown> = new Set(["EXDEV", "EPERM", "EMLINK", "ENOTSUP", "ENOSYS"]);

async function placeFile({ path, isOurs }: BlobFile, to: string): Promise<void> {
  if (isOurs) {
    try {
      return await link(path, to);
    } catch (cause) {
      // On another disk, or on one that has no links.
      if (!(cause instanceof Error && "code" in cause && unlinkable.has(cause.code))) throw cause;
    }
  }
  await copyFile(path, to, constants.COPYFILE_FICLONE);
}

/** An OCI image layout that was read. */
export interface Layout {
  readonly manifests: readonly Descriptor[];
  /** A small blob, checked against its digest; rejects with `MltError` where it is missing or is another. */
  read(digest: string): Promise<Uint8Array>;
  /** Where a blob is, checked likewise. */
  file(digest: string): Promise<string>;
}

/**
 * Opens an OCI image layout.
 *
 * @throws {MltError} where the folder is none
 */
export async function openLayout(folder: string): Promise<Layout> {
  parsed(LayoutVersion, await part(folder, "oci-layout"), `"${folder}/oci-layout"`);
  const index = parsed(ImageIndex, await part(folder, "index.json"), `"${folder}/index.json"`);
  const blobPath = (digest: string) => join(folder, "blobs", "sha256", hexOf(digest));
  return {
    manifests: index.manifests,
    async read(digest) {
      const bytes = await part(folder, join("blobs", "sha256", hexOf(digest)));
      if (nameOf(bytes).digest !== digest) throw otherBytes(folder, digest);
      return bytes;
    },
    async file(digest) {
      const path = blobPath(digest);
      if (!(await isThere(path))) throw broken(folder, join("blobs", "sha256", hexOf(digest)));
      if ((await nameOfStream(fileChunks(path))).digest !== digest) throw otherBytes(folder, digest);
      return path;
    },
  };
}

/**
 * Reads JSON of an image.
 *
 * @param what  what it is, for the message: `"/base/index.json"`
 * @throws {MltError} where it is not what it should be
 */
export function parsed<Schema extends TSchema>(
  schema: Schema,
  bytes: Uint8Array,
  what: string,
): Static<Schema> {
  const hint = "Make the image anew, or name another.";
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new MltError(`Cannot read ${what}: it is no JSON`, { hint, cause });
  }
  if (Value.Check(schema, value)) return value;
  const fault = Value.Errors(schema, value).First();
  throw new MltError(`Cannot read ${what}: ${fault?.path || "it"}: ${fault?.message}`, { hint });
}

async function part(folder: string, name: string): Promise<Uint8Array> {
  try {
    return await readFile(join(folder, name));
  } catch (cause) {
    if (isMissing(cause)) throw broken(folder, name, cause);
    throw cause;
  }
}

function broken(folder: string, name: string, cause?: unknown): MltError {
  return new MltError(`Cannot read "${folder}" as an OCI layout: it has no ${name}`, {
    hint: "Name a folder with an OCI image layout, such as skopeo copy makes.",
    cause,
  });
}

function otherBytes(folder: string, digest: string): MltError {
  return new MltError(`Cannot use "${folder}": its blob ${digest} has other bytes than its name says`, {
    hint: "Make the layout anew.",
  });
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (cause) {
    if (isMissing(cause)) return false;
    throw cause;
  }
}

async function isEmpty(folder: string): Promise<boolean> {
  return (await stat(folder)).isDirectory() && (await readdir(folder)).length === 0;
}
