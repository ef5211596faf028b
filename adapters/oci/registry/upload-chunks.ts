import type { Descriptor } from "../../../core/image/descriptor.ts";
import { hasBlob } from "./has-blob.ts";
import type { RegistrySession } from "./registry-session.ts";
import { RegistryTrouble } from "./registry-trouble.ts";
import { beginUpload, finishUpload, nextUrl } from "./upload.ts";

interface ChunkedUpload {
  readonly blob: Blob;
  /** Where the next part goes; absent while there is no upload at the registry. */
  url: URL | undefined;
  chunkBytes: number;
  /** What the registry has. */
  sent: number;
  /** Whether a request has failed, so that the registry has to say how much it has. */
  isUnsure: boolean;
  /** How often it has begun. */
  beginnings: number;
}

/**
 * Uploads a blob in parts and goes on from where a connection broke. Resolves with `false` where the registry does not
 * know what to do with parts.
 */
export async function uploadInChunks(
  session: RegistrySession,
  descriptor: Descriptor,
  blob: Blob,
  chunkBytes: number,
): Promise<boolean> {
  const upload: ChunkedUpload = { blob, url: undefined, chunkBytes, sent: 0, isUnsure: false, beginnings: 0 };
  try {
    // What succeeds in between lets it fail as often again.
    while (upload.sent < blob.size) await session.patiently(() => step(session, upload));
    await session.patiently(() => end(session, descriptor, upload));
    return true;
  } catch (error) {
    if (refusesParts(error)) return false;
    throw error;
  }
}

/** 404 is what some answer to a method that they do not know, and 400 to the end of what they have put together wrongly. */
const refusals = new Set([400, 404, 405, 411, 413, 415, 416, 501]);

function refusesParts(error: unknown): boolean {
  return (
    error instanceof RegistryTrouble &&
    refusals.has(error.options.status ?? 0) &&
    !/^(NAME|DENIED|UNAUTHORIZED)/.test(error.options.code ?? "")
  );
}

/** What is wrong with parts and may not be with a whole: as if the registry had said that it cannot take the part. */
function lost(message: string, isPassing: boolean): RegistryTrouble {
  return new RegistryTrouble(message, { status: 416, isPassing });
}

async function step(session: RegistrySession, upload: ChunkedUpload): Promise<void> {
  if (upload.isUnsure) await findOut(session, upload);
  if (upload.url === undefined) await begin(session, upload);
  const { url, sent, blob, chunkBytes } = upload;
  if (url === undefined || sent >= blob.size) return;
  const body = blob.slice(sent, Math.min(sent + chunkBytes, blob.size));
  const headers = {
    "content-type": "application/octet-stream",
    "content-range": `${sent}-${sent + body.size - 1}`,
  };
  upload.isUnsure = true;
  const answer = await sendKnown(upload, () =>
    session.send({ method: "PATCH", url, headers, body, access: "push" }, [202]),
  );
  upload.isUnsure = false;
  upload.url = nextUrl(answer.headers, url);
  const has = receivedBytes(answer.headers) ?? sent + body.size;
  if (has <= sent || has > sent + body.size) throw lost("it loses what is uploaded", false);
  upload.sent = has;
}

/** An upload that has begun, and that the registry does not know any more, is worth another attempt. */
async function sendKnown<Answer>({ sent }: ChunkedUpload, send: () => Promise<Answer>): Promise<Answer> {
  try {
    return await send();
  } catch (error) {
    const status = error instanceof RegistryTrouble ? error.options.status : undefined;
    if (sent === 0 || (status !== 404 && status !== 416)) throw error;
    throw lost("it does not know the upload that it has begun", true);
  }
}

async function begin(session: RegistrySession, upload: ChunkedUpload): Promise<void> {
  if (upload.beginnings++ >= session.patience.attempts) {
    throw lost("it keeps forgetting what was uploaded", false);
  }
  const { url, leastChunkBytes } = await beginUpload(session);
  upload.url = url;
  upload.sent = 0;
  upload.chunkBytes = Math.max(upload.chunkBytes, leastChunkBytes);
}

/** Asks how much has arrived. An upload that the registry has forgotten begins anew. */
async function findOut(session: RegistrySession, upload: ChunkedUpload): Promise<void> {
  if (upload.url !== undefined) {
    const { status, headers } = await session.send(
      { method: "GET", url: upload.url, access: "push" },
      [200, 204, 400, 404, 405, 416],
    );
    const has = receivedBytes(headers);
    const isKnown = (status === 204 || status === 200) && has !== undefined && has <= upload.blob.size;
    upload.url = isKnown ? nextUrl(headers, upload.url) : undefined;
    upload.sent = isKnown ? has : 0;
  }
  upload.isUnsure = false;
}

/** Of a header such as `0-8388607`; `0-0` is what registries say of nothing. */
function receivedBytes(headers: Headers): number | undefined {
  const last = /^(?:bytes=)?0-(\d{1,15})$/.exec(headers.get("range") ?? "")?.[1];
  if (last === undefined) return undefined;
  return Number(last) === 0 ? 0 : Number(last) + 1;
}

async function end(session: RegistrySession, descriptor: Descriptor, upload: ChunkedUpload): Promise<void> {
  // What failed may have been the answer alone.
  if (upload.isUnsure && (await hasBlob(session, descriptor))) return;
  while (upload.isUnsure || upload.sent < upload.blob.size) await step(session, upload);
  const { url } = upload;
  if (url === undefined) throw new RangeError("An upload without an address has no end");
  upload.isUnsure = true;
  await sendKnown(upload, () => finishUpload(session, descriptor, url));
}
