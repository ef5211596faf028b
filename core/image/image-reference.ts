import { MltError } from "../errors.ts";

/** Names an image in a registry: `registry:5000/team/iris:1.2.0`. */
export interface ImageReference {
  /** Host, maybe with a port: `docker.io`, `localhost:5000`, `[::1]:5000`. */
  readonly registry: string;
  /** Path below the registry: `team/iris`, and `library/debian` for `debian`. */
  readonly repository: string;
  readonly tag?: string;
  /** Of the manifest: `sha256:…`. It decides where there is a tag too. */
  readonly digest?: string;
}

/**
 * Reads `[host[:port]/]path[:tag][@digest]` as Docker does: without a host it is of docker.io, and with neither tag nor
 * digest it has none.
 *
 * @see https://pkg.go.dev/github.com/distribution/reference
 * @throws {MltError} where it is none
 */
export function parseImageReference(text: string): ImageReference {
  const [named = "", digest, ...more] = text.split("@");
  if (more.length > 0) throw unreadable(text, "it has more than one @");
  if (digest !== undefined && !digestPattern.test(digest)) {
    throw unreadable(
      text,
      `"${digest}" is no digest`,
      "Write a digest as sha256: and 64 hexadecimal digits.",
    );
  }
  const colon = named.indexOf(":", named.lastIndexOf("/") + 1);
  const tag = colon === -1 ? undefined : named.slice(colon + 1);
  if (tag !== undefined && !tagPattern.test(tag)) {
    throw unreadable(
      text,
      `"${tag}" is no tag`,
      "Write a tag of up to 128 letters, digits, _, . and -, that begins with none of the last two.",
    );
  }
  return {
    ...parseName(text, colon === -1 ? named : named.slice(0, colon)),
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** Writes a reference in full: `docker.io/library/debian:12`. */
export function formatImageReference({ registry, repository, tag, digest }: ImageReference): string {
  const tagged = tag === undefined ? "" : `:${tag}`;
  return `${registry}/${repository}${tagged}${digest === undefined ? "" : `@${digest}`}`;
}

/** What a registry is asked for: the digest, else the tag, else `latest`. */
export function wantedVersion({ tag, digest }: ImageReference): string {
  return digest ?? tag ?? "latest";
}

/** `sha256:` and 64 hexadecimal digits, the only digests that mlt computes. */
export const digestPattern = /^sha256:[0-9a-f]{64}$/;

const tagPattern = /^\w[\w.-]{0,127}$/;
const componentPattern = /^[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*$/;
const label = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?";
const registryPattern = new RegExp(`^(?:${label}(?:\\.${label})*|\\[[0-9a-fA-F:]+\\])(?::[0-9]{1,5})?$`);
const longestName = 255;

function parseName(text: string, name: string): Pick<ImageReference, "registry" | "repository"> {
  const [first = "", ...rest] = name.split("/");
  const hasRegistry = rest.length > 0 && isRegistry(first);
  const registry = hasRegistry ? first.replace(/^index\.docker\.io$/, "docker.io") : "docker.io";
  const path = hasRegistry ? rest : [first, ...rest];
  if (name.length > longestName) throw unreadable(text, `its name is longer than ${longestName} characters`);
  if (!registryPattern.test(registry)) throw unreadable(text, `"${registry}" is no address of a registry`);
  const wrong = path.find((component) => !componentPattern.test(component));
  if (wrong !== undefined) throw unreadable(text, wrongComponent(wrong));
  const repository = path.join("/");
  // Docker's own images have no owner in their names.
  return {
    registry,
    repository: registry === "docker.io" && path.length === 1 ? `library/${repository}` : repository,
  };
}

/** A host is told from a folder by a dot, a port, or by being this machine. */
function isRegistry(first: string): boolean {
  return /[.:]/.test(first) || first === "localhost" || first !== first.toLowerCase();
}

function wrongComponent(component: string): string {
  if (component === "") return "a part of its path is empty";
  return component === component.toLowerCase()
    ? `"${component}" is no part of a path`
    : `"${component}" has capital letters`;
}

function unreadable(text: string, reason: string, hint = nameHint): MltError {
  return new MltError(`Cannot read "${text}" as the name of an image: ${reason}`, { hint });
}

const nameHint =
  "Write it as registry:5000/team/name:tag, the path in small letters and digits with ., _ or - between them.";
