import type { Descriptor } from "../../../core/image/descriptor.ts";
import type { RegistrySession } from "./registry-session.ts";

/** Whether the registry has the blob in this repository. */
export async function hasBlob(session: RegistrySession, { digest, size }: Descriptor): Promise<boolean> {
  // Where the answer would be sent elsewhere, the blob is there.
  const statuses = [200, 301, 302, 303, 307, 308, 404];
  const url = session.url(`blobs/${digest}`);
  const { status, headers } = await session.patiently(() =>
    session.send({ method: "HEAD", url, access: "push" }, statuses),
  );
  const stored = headers.get("content-length");
  return status === 200 ? stored === null || Number(stored) === size : status !== 404;
}
