import type { Descriptor } from "../../../core/image/descriptor.ts";
import { locationUrl } from "./exchange.ts";
import type { RegistrySession } from "./registry-session.ts";
import { RegistryTrouble } from "./registry-trouble.ts";

/** Where an upload goes on. */
export interface Upload {
  readonly url: URL;
  /** The fewest bytes that the registry takes as a part. */
  readonly leastChunkBytes: number;
}

export async function beginUpload(session: RegistrySession): Promise<Upload> {
  const url = session.url("blobs/uploads/");
  const { headers } = await session.send({ method: "POST", url, access: "push" }, [202]);
  return {
    url: nextUrl(headers, url),
    leastChunkBytes: Number(headers.get("oci-chunk-min-length") ?? 0) || 0,
  };
}

/** Where the next request of an upload goes, as the registry says each time. */
export function nextUrl(headers: Headers, base: URL): URL {
  const location = headers.get("location");
  if (location === null) throw new RegistryTrouble("it does not say where to upload to");
  return locationUrl(location, base);
}

/** Ends an upload, with the bytes that have not been sent. */
export async function finishUpload(
  session: RegistrySession,
  { digest }: Descriptor,
  uploadUrl: URL,
  rest?: Blob,
): Promise<void> {
  const url = new URL(uploadUrl);
  url.searchParams.set("digest", digest);
  const headers = { "content-type": "application/octet-stream" };
  const body = rest === undefined ? {} : { body: rest };
  const answer = await session.send({ method: "PUT", url, headers, access: "push", ...body }, [201]);
  checkDigest(answer.headers, digest);
}

/** @throws {RegistryTrouble} where the registry says that it has stored something else */
export function checkDigest(headers: Headers, digest: string): void {
  const stored = headers.get("docker-content-digest");
  if (stored !== null && stored !== digest) {
    throw new RegistryTrouble(`it has stored something else than ${digest}`, {
      hint: "Do not use what it has: ask who runs the registry.",
    });
  }
}
