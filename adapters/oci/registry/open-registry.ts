import { MltError } from "../../../core/errors.ts";
import type { Descriptor } from "../../../core/image/descriptor.ts";
import { hasBlob } from "./has-blob.ts";
import { digestOf, type PulledManifest, pullManifest, pushManifest } from "./manifests.ts";
import { pullBlob } from "./pull-blob.ts";
import { type BlobContent, mountBlob, uploadBlob } from "./push-blob.ts";
import { listReferrer, referrers } from "./referrers.ts";
import { type RegistrySession, registrySession, type SessionOptions } from "./registry-session.ts";
import { RegistryTrouble, registryError } from "./registry-trouble.ts";

/** One repository of a registry. Everything rejects with `MltError`, the exit code 4, where the registry fails. */
export interface Registry {
  /**
   * The manifest or index of a tag or digest, whose digest has been computed anew.
   *
   * @throws {MltError} with the exit code 3 where there is none
   */
  manifest(version: string, accept?: readonly string[]): Promise<PulledManifest>;
  /** The digest of what a tag names, where it names anything. */
  digestOf(version: string): Promise<string | undefined>;
  /** Streams a blob to a file, which is there only once it is known to be the right one. */
  blob(descriptor: Descriptor, path: string): Promise<void>;
  hasBlob(descriptor: Descriptor): Promise<boolean>;
  /** Takes a blob from another repository of this registry; resolves with whether that was possible. */
  mountBlob(descriptor: Descriptor, fromRepository: string): Promise<boolean>;
  /** Uploads a blob, unless it is there. Resolves with how many bytes that took. */
  pushBlob(descriptor: Descriptor, content: BlobContent): Promise<number>;
  /** Puts a manifest under a tag or its digest, and resolves with the digest. What it names must be there already. */
  pushManifest(bytes: Uint8Array<ArrayBuffer>, mediaType: string, version: string): Promise<string>;
  /** Puts a manifest that has a `subject` where it is found by that subject's digest. */
  pushReferrer(bytes: Uint8Array<ArrayBuffer>, descriptor: Descriptor, subject: string): Promise<void>;
  /** What refers to the manifest of a digest. */
  referrers(digest: string): Promise<readonly Descriptor[]>;
}

/** Opens a repository of a registry; the first request is the first call. */
export function openRegistry(options: SessionOptions): Registry {
  const session = registrySession(options);
  const place = `${session.registry}/${session.repository}`;
  const pull = named(`pull from "${place}"`);
  const push = named(`push to "${place}"`);
  return {
    manifest: (version, accept) =>
      pull(async () => (await pullManifest(session, version, accept)) ?? noImage(place, version)),
    digestOf: (version) => pull(() => digestOf(session, version)),
    blob: (descriptor, path) => pull(() => pullBlob(session, descriptor, path)),
    hasBlob: (descriptor) => push(() => hasBlob(session, descriptor)),
    mountBlob: (descriptor, from) => push(() => mountBlob(session, descriptor, from)),
    pushBlob: (descriptor, content) => push(() => pushBlob(session, descriptor, content)),
    pushManifest: (bytes, mediaType, version) =>
      push(async () => (await pushManifest(session, bytes, mediaType, version)).digest),
    pushReferrer: (bytes, descriptor, subject) =>
      push(async () => {
        const { isListed } = await pushManifest(session, bytes, descriptor.mediaType, descriptor.digest);
        if (!isListed) await listReferrer(session, subject, descriptor);
      }),
    referrers: (digest) => pull(() => referrers(session, digest)),
  };
}

async function pushBlob(
  session: RegistrySession,
  descriptor: Descriptor,
  content: BlobContent,
): Promise<number> {
  if (await hasBlob(session, descriptor)) return 0;
  await uploadBlob(session, descriptor, content);
  return descriptor.size;
}

/** Says of what is wrong with the registry what it is in the way of. */
function named(action: string) {
  return async <Result>(work: () => Promise<Result>): Promise<Result> => {
    try {
      return await work();
    } catch (error) {
      throw error instanceof RegistryTrouble ? registryError(action, error) : error;
    }
  };
}

function noImage(place: string, version: string): never {
  throw new MltError(`There is no image "${place}${version.includes(":") ? "@" : ":"}${version}"`, {
    hint: "Check its name and tag; a registry may also hide an image from those who may not see it.",
  });
}
