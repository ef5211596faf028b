import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../../ops/build/free-port.ts";
import { type ServerProcess, serverProcess } from "./server-process.ts";

/** A real PostgreSQL on a port of 127.0.0.1, with a database `shop` and a user who needs a password. */
export interface PostgresServer extends ServerProcess {
  readonly port: number;
  readonly password: string;
  /** Of the user `reader`, who may read. */
  readonly url: string;
  /** Runs SQL as the superuser, and returns what it prints: unaligned, without headers. */
  sql(text: string): string;
}

/** What a test that uses `postgresServer` needs. */
export const postgresTools = ["postgres", "initdb", "psql", "setpriv"];

/**
 * A server that does not run yet, and keeps what it has in the folder.
 *
 * @param certificate  name of a certificate and a key in the folder, which it shows to those who ask for TLS
 */
export async function postgresServer(dir: string, certificate?: string): Promise<PostgresServer> {
  const port = await freePort();
  const password = "s3cret/of:reader";
  const data = join(dir, "postgres");
  mkdirSync(data);
  chmodSync(dir, 0o755);
  // It refuses to run as the superuser.
  const isRoot = process.getuid?.() === 0;
  const unprivileged = isRoot ? ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] : [];
  if (isRoot) run(["chown", "nobody:nogroup", data]);
  run([
    ...unprivileged,
    "initdb",
    "-D",
    data,
    "-U",
    "postgres",
    "--auth=trust",
    "--no-sync",
    "--encoding=UTF8",
  ]);
  writeFileSync(
    join(data, "pg_hba.conf"),
    "host all postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n",
  );
  const settings = [
    "fsync=off",
    "unix_socket_directories=",
    "listen_addresses=127.0.0.1",
    "max_connections=20",
  ];
  if (certificate !== undefined) {
    const files = ["pem", "key"].map((ending) => join(data, `server.${ending}`));
    copyFileSync(join(dir, `${certificate}.pem`), join(data, "server.pem"));
    copyFileSync(join(dir, `${certificate}.key`), join(data, "server.key"));
    chmodSync(join(data, "server.key"), 0o600);
    if (isRoot) run(["chown", "nobody:nogroup", ...files]);
    settings.push("ssl=on", "ssl_cert_file=server.pem", "ssl_key_file=server.key");
  }
  const server = serverProcess({
    command: [
      ...unprivileged,
      "postgres",
      "-D",
      data,
      "-p",
      `${port}`,
      ...settings.flatMap((text) => ["-c", text]),
    ],
    port,
    output: join(dir, "postgres.log"),
  });
  const psql = (database: string, text: string) =>
    run(
      [
        "psql",
        "-h",
        "127.0.0.1",
        "-p",
        `${port}`,
        "-U",
        "postgres",
        "-AtqX",
        "-v",
        "ON_ERROR_STOP=1",
        database,
      ],
      text,
    );
  return {
    ...server,
    async start() {
      await server.start();
      while (psqlRefuses(port));
      if (psql("postgres", "SELECT 1 FROM pg_database WHERE datname = 'shop'") === "1") return;
      psql("postgres", "CREATE DATABASE shop;");
      psql("shop", `CREATE ROLE reader LOGIN PASSWORD '${password}'; GRANT pg_read_all_data TO reader`);
    },
    port,
    password,
    url: `postgres://reader:${encodeURIComponent(password)}@127.0.0.1:${port}/shop`,
    sql: (text) => psql("shop", text),
  };
}

/** It takes connections before it can answer them. */
function psqlRefuses(port: number): boolean {
  const { status } = spawnSync("psql", [
    "-h",
    "127.0.0.1",
    "-p",
    `${port}`,
    "-U",
    "postgres",
    "-c",
    "SELECT 1",
  ]);
  return status !== 0;
}

function run([program = "", ...args]: readonly string[], input = ""): string {
  const { status, stdout, stderr } = spawnSync(program, args, { input, encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${stderr}`);
  return stdout.trim();
}
