import { readFileSync } from "node:fs";
import { MongoClient } from "mongodb";

/**
 * Runs in the image of `makeMongoImage`: `mongosh` as the stack mongodb calls it, which asks whether the server answers or
 * makes the user of the service (FerretDB has no roles), and otherwise the server itself.
 */

function secret(name: string): string {
  return readFileSync(`/run/secrets/${name}`, "utf8").trim();
}

async function ask(uri: string, use: (client: MongoClient) => Promise<unknown>): Promise<void> {
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: 10_000 });
  try {
    await use(client);
  } finally {
    await client.close();
  }
}

async function makeUser(user: string, database: string): Promise<void> {
  const uri = `mongodb://root:${secret("mongodb_root_password")}@mongodb:27017/?authSource=admin`;
  await ask(uri, async (client) => {
    const db = client.db(database);
    const pwd = secret("mongodb_service_password");
    const { users } = await db.command({ usersInfo: user });
    await db.command(users.length === 0 ? { createUser: user, pwd, roles: [] } : { updateUser: user, pwd });
  });
}

async function serve(): Promise<number> {
  const settings = {
    handler: "sqlite",
    "sqlite-url": "file:/data/db/",
    "state-dir": "-",
    "listen-addr": ":27017",
    "debug-addr": "-",
    telemetry: "disable",
    "setup-username": "root",
    "setup-password": secret("mongodb_root_password"),
    "setup-database": "admin",
  };
  const flags = Object.entries(settings).map(([name, value]) => `--${name}=${value}`);
  const server = Bun.spawn(["/bin/ferretdb", "--test-enable-new-auth", ...flags], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  process.on("SIGTERM", () => server.kill("SIGTERM"));
  return await server.exited;
}

const words = process.argv.slice(2);
const uri = words.find((word) => word.startsWith("mongodb://"));
if (uri !== undefined) await ask(uri, (client) => client.db("admin").command({ ping: 1 }));
else if (words.includes("--nodb")) {
  await makeUser(process.env["MLT_USER"] ?? "", process.env["MLT_DATABASE"] ?? "");
} else process.exitCode = await serve();
