import { isMap } from "../../../core/config/is-map.ts";
import { mediaTypes } from "../../../core/image/descriptor.ts";
import { digestPattern } from "../../../core/image/image-reference.ts";
import { sha256 } from "../../../core/model/sha256.ts";
import type { HttpAnswer } from "./exchange.ts";
import type { RegistrySession } from "./registry-session.ts";
import { RegistryTrouble } from "./registry-trouble.ts";
import { checkDigest } from "./upload.ts";

/** A manifest, or an index of manifests, as the registry has it. */
export interface PulledManifest {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly mediaType: string;
  /** Of the bytes. */
  readonly digest: string;
}

/** All that mlt can read: images, and indexes of images. */
const acceptedTypes: readonly string[] = [
  mediaTypes.index,
  mediaTypes.manifest,
  mediaTypes.dockerIndex,
  mediaTypes.dockerManifest,
];

/** The manifest of a tag or digest, where there is one; what a digest names has that digest. */
export async function pullManifest(
  session: RegistrySession,
  version: string,
  accept: readonly string[] = acceptedTypes,
): Promise<PulledManifest | undefined> {
  const answer = await askManifest(session, "GET", version, accept);
  if (answer.status === 404) return undefined;
  const digest = `sha256:${await sha256(answer.bytes)}`;
  const stated = digestPattern.test(version) ? version : answer.headers.get("docker-content-digest");
  if (stated !== null && stated !== digest) {
    throw new RegistryTrouble(`what it sends is not ${stated}`, {
      hint: "Do not use it: ask who runs the registry.",
    });
  }
  return { bytes: answer.bytes, mediaType: mediaTypeOf(answer), digest };
}

/** The digest of what a tag names, where it names anything. */
export async function digestOf(session: RegistrySession, version: string): Promise<string | undefined> {
  const { status, headers } = await askManifest(session, "HEAD", version, acceptedTypes);
  if (status === 404) return undefined;
  const digest = headers.get("docker-content-digest");
  if (digest !== null && digestPattern.test(digest)) return digest;
  return (await pullManifest(session, version))?.digest;
}

function askManifest(
  session: RegistrySession,
  method: "GET" | "HEAD",
  version: string,
  accept: readonly string[],
): Promise<HttpAnswer> {
  const url = session.url(`manifests/${version}`);
  const headers = { accept: accept.join(", "), "accept-encoding": "identity" };
  return session.patiently(() => session.send({ method, url, headers, access: "pull" }, [200, 404]));
}

/** The bytes themselves know best what they are. */
function mediaTypeOf({ bytes, headers }: HttpAnswer): string {
  let data: unknown;
  try {
    data = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new RegistryTrouble("it sends a manifest that is no JSON");
  }
  const own = isMap(data) ? data["mediaType"] : undefined;
  if (typeof own === "string") return own;
  return (headers.get("content-type") ?? "").split(";", 1)[0]?.trim() ?? "";
}

/** A manifest that was pushed. */
export interface PushedManifest {
  readonly digest: string;
  /** Whether the registry itself lists it among what refers to its subject. */
  readonly isListed: boolean;
}

/** Puts a manifest under a tag, or under its digest. What it names must be there already. */
export async function pushManifest(
  session: RegistrySession,
  bytes: Uint8Array<ArrayBuffer>,
  mediaType: string,
  version: string,
): Promise<PushedManifest> {
  const digest = `sha256:${await sha256(bytes)}`;
  if (digestPattern.test(version) && version !== digest) {
    throw new RangeError(`The manifest has the digest ${digest}, not ${version}`);
  }
  const url = session.url(`manifests/${version}`);
  const headers = { "content-type": mediaType };
  const body = new Blob([bytes]);
  const answer = await session.patiently(() =>
    session.send({ method: "PUT", url, headers, body, access: "push" }, [200, 201]),
  );
  checkDigest(answer.headers, digest);
  return { digest, isListed: answer.headers.has("oci-subject") };
}
