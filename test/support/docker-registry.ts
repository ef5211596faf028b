import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../../ops/build/free-port.ts";
import { type ServerProcess, serverProcess } from "./server-process.ts";

/** A real registry: Debian's `docker-registry`. */
export interface DockerRegistry extends ServerProcess {
  readonly port: number;
  /** As references name it: `127.0.0.1:40001`. */
  readonly host: string;
  /** What it has been asked, such as `PATCH /v2/team/iris/blobs/uploads/…`, in order. */
  requests(): readonly string[];
}

/** What a test that uses `dockerRegistry` needs. */
export const registryTools = ["docker-registry"];

/** Whom a registry lets in. */
export type RegistryLogin =
  | { readonly kind: "basic"; readonly username: string; readonly password: string }
  | { readonly kind: "token"; readonly realm: string; readonly certificate: string };

export interface DockerRegistryOptions {
  /** Absent: everyone is let in. */
  readonly login?: RegistryLogin;
  /** Files of its certificate and key; absent: it is spoken with unencrypted. */
  readonly tls?: { readonly certificate: string; readonly key: string };
  /** Where a page names it; absent: any that is free. */
  readonly port?: number;
}

/** A registry that does not run yet, and keeps what it has in the folder. */
export async function dockerRegistry(
  dir: string,
  { login, tls, port: wanted }: DockerRegistryOptions = {},
): Promise<DockerRegistry> {
  const port = wanted ?? (await freePort());
  const host = `127.0.0.1:${port}`;
  const output = join(dir, "registry.log");
  const storage = join(dir, "registry");
  mkdirSync(storage, { recursive: true });
  const config = {
    version: 0.1,
    log: { accesslog: { disabled: false }, level: "error" },
    storage: { filesystem: { rootdirectory: storage }, delete: { enabled: true } },
    http: { addr: host, secret: "a secret of the tests", ...(tls && { tls }) },
    ...(login === undefined ? {} : { auth: await authOf(login, dir) }),
  };
  // JSON is YAML.
  writeFileSync(join(dir, "registry.yaml"), JSON.stringify(config));
  const server = serverProcess({
    command: ["docker-registry", "serve", join(dir, "registry.yaml")],
    port,
    output,
  });
  return {
    ...server,
    async start() {
      await server.start();
      // Another program may have had the port for a moment, and be what took the connection.
      if (await answers(`${tls === undefined ? "http" : "https"}://${host}/v2/`)) return;
      await server.kill();
      await server.start();
    },
    port,
    host,
    requests: () =>
      [...readFileSync(output, "utf8").matchAll(/"((?:GET|HEAD|POST|PUT|PATCH|DELETE) \S+) HTTP/g)].map(
        ([, request = ""]) => request,
      ),
  };
}

async function answers(url: string): Promise<boolean> {
  const response = await fetch(url, { tls: { rejectUnauthorized: false } }).catch(() => undefined);
  return response?.headers.has("docker-distribution-api-version") === true;
}

async function authOf(login: RegistryLogin, dir: string): Promise<unknown> {
  if (login.kind === "token") {
    const { realm, certificate } = login;
    return { token: { realm, service: "test registry", issuer: "test issuer", rootcertbundle: certificate } };
  }
  const path = join(dir, "htpasswd");
  const hash = await Bun.password.hash(login.password, { algorithm: "bcrypt", cost: 4 });
  writeFileSync(path, `${login.username}:${hash}\n`);
  return { htpasswd: { realm: "test", path } };
}
