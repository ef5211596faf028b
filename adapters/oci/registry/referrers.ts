import { Value } from "@sinclair/typebox/value";
import { type Descriptor, mediaTypes } from "../../../core/image/descriptor.ts";
import { ImageIndex, imageIndex } from "../../../core/image/image-index.ts";
import { locationUrl } from "./exchange.ts";
import { pullManifest, pushManifest } from "./manifests.ts";
import type { RegistrySession } from "./registry-session.ts";
import { RegistryTrouble } from "./registry-trouble.ts";

const mostPages = 100;

/**
 * What refers to a manifest: by the API for that, or by the tag that stands in for it.
 *
 * @see OCI distribution specification 1.1, Listing Referrers
 */
export async function referrers(session: RegistrySession, digest: string): Promise<readonly Descriptor[]> {
  const found: Descriptor[] = [];
  let url: URL | undefined = session.url(`referrers/${digest}`);
  for (let page = 0; url !== undefined && page < mostPages; page++) {
    const asked: URL = url;
    const answer = await session.patiently(() =>
      session.send(
        { method: "GET", url: asked, headers: { accept: mediaTypes.index }, access: "pull" },
        [200, 400, 404, 405],
      ),
    );
    if (answer.status !== 200) return (await taggedReferrers(session, digest)) ?? [];
    found.push(...descriptors(answer.bytes));
    const next = /<([^>]*)>\s*;\s*rel="?next"?/.exec(answer.headers.get("link") ?? "")?.[1];
    url = next === undefined ? undefined : locationUrl(next, asked);
  }
  return found;
}

/** Adds to the tag that lists what refers to a manifest, where the registry lists nothing by itself. */
export async function listReferrer(
  session: RegistrySession,
  digest: string,
  referrer: Descriptor,
): Promise<void> {
  const listed = (await taggedReferrers(session, digest)) ?? [];
  if (listed.some((one) => one.digest === referrer.digest)) return;
  await pushManifest(
    session,
    new Uint8Array(imageIndex([...listed, referrer])),
    mediaTypes.index,
    tagFor(digest),
  );
}

async function taggedReferrers(
  session: RegistrySession,
  digest: string,
): Promise<readonly Descriptor[] | undefined> {
  const index = await pullManifest(session, tagFor(digest), [mediaTypes.index]);
  return index && descriptors(index.bytes);
}

/** `sha256:ab…` is no tag; `sha256-ab…` is. */
function tagFor(digest: string): string {
  return digest.replace(":", "-");
}

function descriptors(bytes: Uint8Array): readonly Descriptor[] {
  let data: unknown;
  try {
    data = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  if (!Value.Check(ImageIndex, data))
    throw new RegistryTrouble("its list of what refers to an image is none");
  return data.manifests;
}
