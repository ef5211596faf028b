import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isMap } from "../../../core/config/is-map.ts";
import { MltError } from "../../../core/errors.ts";
import { askCredentialHelper } from "./credential-helper.ts";
import type { CredentialSource, Credentials } from "./credentials.ts";

export interface DockerCredentialsOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's folder. */
  readonly home: string;
}

/**
 * The credentials that `docker login` has kept: in `config.json` of `~/.docker` or `DOCKER_CONFIG`, or with the helper
 * that it names.
 *
 * @see https://docs.docker.com/reference/cli/docker/login/
 */
export function dockerCredentials({ env, home }: DockerCredentialsOptions): CredentialSource {
  const folder = env["DOCKER_CONFIG"];
  const path = join(folder === undefined || folder === "" ? join(home, ".docker") : folder, "config.json");
  return async (registry) => {
    const config = await readConfig(path);
    const key = keyOf(registry);
    const helper = helperFor(config, registry, key);
    if (helper !== undefined) return await askCredentialHelper(helper, key, env);
    return storedCredentials(config, registry, path);
  };
}

/** Docker keeps its own registry under the address of the API that it no longer has. */
function keyOf(registry: string): string {
  return registry === "docker.io" ? "https://index.docker.io/v1/" : registry;
}

async function readConfig(path: string): Promise<Readonly<Record<string, unknown>>> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return {};
    throw new MltError(`Cannot read "${path}"`, {
      hint: "Let yourself read what docker login keeps.",
      cause,
    });
  }
  const config = parsed(text);
  if (!isMap(config)) throw unreadable(path);
  return config;
}

/** Without the parser's message, which would quote a secret. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function helperFor(
  config: Readonly<Record<string, unknown>>,
  registry: string,
  key: string,
): string | undefined {
  const helpers = config["credHelpers"];
  const own = isMap(helpers) ? (helpers[registry] ?? helpers[key]) : undefined;
  const name = own ?? config["credsStore"];
  return typeof name === "string" && name !== "" ? name : undefined;
}

function storedCredentials(
  config: Readonly<Record<string, unknown>>,
  registry: string,
  path: string,
): Credentials | undefined {
  const { auths } = config;
  if (!isMap(auths)) return undefined;
  const found = Object.entries(auths).find(([address]) => isAddressOf(address, registry));
  const entry = found?.[1];
  if (!isMap(entry)) return undefined;
  const { identitytoken: identityToken, auth, username, password } = entry;
  if (typeof identityToken === "string" && identityToken !== "") return { identityToken };
  if (typeof auth === "string" && auth !== "") return decoded(auth, path);
  return typeof username === "string" && typeof password === "string" ? { username, password } : undefined;
}

/** Older versions of Docker kept whole addresses: `https://registry:5000/v2/`. */
function isAddressOf(address: string, registry: string): boolean {
  const host = address.replace(/^https?:\/\//, "").replace(/\/(v[12]\/?)?$/, "");
  return host === registry || (registry === "docker.io" && host === "index.docker.io");
}

/** Base64 of `name:password`. */
function decoded(auth: string, path: string): Credentials {
  let text: string;
  try {
    text = new TextDecoder().decode(Uint8Array.fromBase64(auth));
  } catch (error) {
    if (error instanceof SyntaxError) throw unreadable(path);
    throw error;
  }
  const colon = text.indexOf(":");
  if (colon < 1) throw unreadable(path);
  return { username: text.slice(0, colon), password: text.slice(colon + 1).replace(/\0+$/, "") };
}

function unreadable(path: string): MltError {
  return new MltError(`Cannot read the logins in "${path}": it is not what docker login writes`, {
    hint: "Mend it, or move it away and log in again by docker login.",
  });
}
