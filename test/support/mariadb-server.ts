import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../../ops/build/free-port.ts";
import { type ServerProcess, serverProcess } from "./server-process.ts";

/** A real MariaDB on a port of 127.0.0.1, with a database `shop` and a user who needs a password. */
export interface MariadbServer extends ServerProcess {
  readonly port: number;
  readonly password: string;
  /** Of the user `reader`, who may read. */
  readonly url: string;
  /** Runs SQL as the superuser, and returns what it prints: values apart by tabs, without headers. */
  sql(text: string): string;
}

/** What a test that uses `mariadbServer` needs. */
export const mariadbTools = ["mariadbd", "mariadb-install-db", "mariadb", "setpriv"];

/** A server that does not run yet, and keeps what it has in the folder. */
export async function mariadbServer(dir: string): Promise<MariadbServer> {
  const port = await freePort();
  const password = "s3cret/of:reader";
  const data = join(dir, "mariadb");
  const socket = join(dir, "mariadb.sock");
  mkdirSync(data);
  chmodSync(dir, 0o777);
  // As nobody, like the other servers.
  const isRoot = process.getuid?.() === 0;
  const unprivileged = isRoot ? ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] : [];
  if (isRoot) run(["chown", "nobody:nogroup", data]);
  run([
    ...unprivileged,
    "mariadb-install-db",
    "--no-defaults",
    `--datadir=${data}`,
    "--auth-root-authentication-method=normal",
    "--skip-test-db",
  ]);
  const server = serverProcess({
    command: [
      ...unprivileged,
      "mariadbd",
      "--no-defaults",
      `--datadir=${data}`,
      `--socket=${socket}`,
      `--pid-file=${join(data, "mariadb.pid")}`,
      `--port=${port}`,
      "--bind-address=127.0.0.1",
      "--innodb-flush-log-at-trx-commit=0",
      "--innodb-buffer-pool-size=64M",
    ],
    port,
    output: join(dir, "mariadb.log"),
  });
  const mariadb = (text: string, ...args: readonly string[]) =>
    run(
      [
        "mariadb",
        "--no-defaults",
        `--socket=${socket}`,
        "-u",
        "root",
        "-N",
        "-B",
        "--default-character-set=utf8mb4",
        ...args,
      ],
      text,
    );
  return {
    ...server,
    async start() {
      await server.start();
      mariadb(
        `CREATE DATABASE IF NOT EXISTS shop CHARACTER SET utf8mb4; CREATE USER IF NOT EXISTS reader IDENTIFIED BY '${password}'; GRANT SELECT ON shop.* TO reader;`,
      );
    },
    port,
    password,
    url: `mysql://reader:${encodeURIComponent(password)}@127.0.0.1:${port}/shop`,
    sql: (text) => mariadb(text, "shop"),
  };
}

function run([program = "", ...args]: readonly string[], input = ""): string {
  const { status, stdout, stderr } = spawnSync(program, args, { input, encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${stderr}`);
  return stdout.trim();
}
