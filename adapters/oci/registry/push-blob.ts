import { openAsBlob } from "node:fs";
import type { Descriptor } from "../../../core/image/descriptor.ts";
import { type HttpAnswer, locationUrl } from "./exchange.ts";
import type { RegistrySession } from "./registry-session.ts";
import { RegistryTrouble } from "./registry-trouble.ts";
import { beginUpload, finishUpload } from "./upload.ts";
import { uploadInChunks } from "./upload-chunks.ts";

/** Bytes in memory, or the file of this machine that has them. */
export type BlobContent = Uint8Array<ArrayBuffer> | { readonly source: string };

/** Lets the repository have a blob of another one of the same registry; resolves with whether that was possible. */
export async function mountBlob(
  session: RegistrySession,
  { digest }: Descriptor,
  from: string,
): Promise<boolean> {
  const url = session.url("blobs/uploads/");
  url.searchParams.set("mount", digest);
  url.searchParams.set("from", from);
  const answer = await unlessRefused(() =>
    session.patiently(() => session.send({ method: "POST", url, access: "push", from }, [201, 202])),
  );
  if (answer === undefined || answer.status === 201) return answer !== undefined;
  // It has begun an upload instead, which nobody wants.
  const location = answer.headers.get("location");
  if (location !== null) await abandon(session, locationUrl(location, url));
  return false;
}

const refusals = new Set([400, 401, 403, 404, 405]);

/** Whoever may not read there, or asks a registry that cannot do it, still may upload. */
async function unlessRefused(ask: () => Promise<HttpAnswer>): Promise<HttpAnswer | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof RegistryTrouble && refusals.has(error.options.status ?? 0)) return undefined;
    throw error;
  }
}

async function abandon(session: RegistrySession, url: URL): Promise<void> {
  try {
    await session.send({ method: "DELETE", url, access: "push" }, [204]);
  } catch (error) {
    // The registry forgets it in time.
    if (!(error instanceof RegistryTrouble)) throw error;
  }
}

/** Larger blobs go in parts, so that a broken connection costs no more than one of them. */
const chunkBytes = 8 * 1024 * 1024;

/**
 * Uploads a blob that the registry lacks.
 *
 * @throws {RegistryTrouble} where it cannot be, or the registry has something else then
 */
export async function uploadBlob(
  session: RegistrySession,
  descriptor: Descriptor,
  content: BlobContent,
): Promise<void> {
  const blob = content instanceof Uint8Array ? new Blob([content]) : await openAsBlob(content.source);
  if (blob.size !== descriptor.size) {
    throw new RangeError(
      `The content of ${descriptor.digest} has ${blob.size} bytes, not ${descriptor.size}`,
    );
  }
  const isDone = blob.size > chunkBytes && (await uploadInChunks(session, descriptor, blob, chunkBytes));
  if (!isDone) await uploadAtOnce(session, descriptor, blob);
}

async function uploadAtOnce(session: RegistrySession, descriptor: Descriptor, blob: Blob): Promise<void> {
  await session.patiently(async () => {
    const { url } = await beginUpload(session);
    await finishUpload(session, descriptor, url, blob);
  });
}
