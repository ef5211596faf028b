import { afterAll, beforeAll, expect } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { MongoClient } from "mongodb";
import pl from "nodejs-polars";
import { type MariadbServer, mariadbServer, mariadbTools } from "../support/mariadb-server.ts";
import { type MongoServer, mongoServer, mongoTools } from "../support/mongo-server.ts";
import { type PostgresServer, postgresServer, postgresTools } from "../support/postgres-server.ts";
import { newProject, succeeded, type TestProject } from "../support/project.ts";
import { tempDir } from "../support/temp-dir.ts";
import { missingTool, testWith } from "../support/tools.ts";

// Every loader of docs/data.md, as it stands there, brings the flowers of the template: so each trains the same model.

const page = readFileSync(join(import.meta.dirname, "../../docs/data.md"), "utf8");
const examples = new Map(
  Array.from(page.matchAll(/^return (read\w+)\([\s\S]*?^```$/gm), ([block, name = ""]) => [
    name,
    block.replace(/```$/, ""),
  ]),
);

const csv = readFileSync(join(import.meta.dirname, "../../templates/iris/source/data/iris.csv"), "utf8");
const flowers = pl.readCSV(csv).toRecords();
const tools = [...postgresTools, ...mariadbTools, ...mongoTools];
const seconds = 1000;

const dir = tempDir();
let servers: {
  postgres: PostgresServer;
  mariadb: MariadbServer;
  mongo: MongoServer;
  web: Server;
  webUrl: string;
};

beforeAll(async () => {
  if (tools.some((tool) => missingTool(tool) !== undefined)) return;
  const [postgres, mariadb, mongo] = await Promise.all([
    postgresServer(dir.path),
    mariadbServer(dir.path),
    mongoServer(dir.path),
  ]);
  await Promise.all([postgres.start(), mariadb.start(), mongo.start()]);
  postgres.sql(flowersSql("DOUBLE PRECISION"));
  mariadb.sql(flowersSql("DOUBLE"));
  const client = new MongoClient(mongo.uri);
  await client
    .db("shop")
    .collection("flowers")
    .insertMany(flowers.map((flower) => ({ ...flower })));
  await client.close();
  const web = createServer((request, response) => {
    const isAllowed = request.headers.authorization === "Bearer t0ken" && request.url === "/flowers.csv";
    response.writeHead(isAllowed ? 200 : 403).end(isAllowed ? csv : "");
  });
  await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", resolve));
  const address = web.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  servers = { postgres, mariadb, mongo, web, webUrl: `http://127.0.0.1:${port}` };
}, 90 * seconds);

afterAll(async () => {
  servers?.web.close();
  await Promise.all([servers?.postgres.kill(), servers?.mariadb.kill(), servers?.mongo.kill()]);
  dir[Symbol.dispose]();
});

function flowersSql(number: string): string {
  const rows = flowers.map((flower, id) => {
    const { sepal_length, sepal_width, petal_length, petal_width, species } = flower;
    return `(${id}, ${sepal_length}, ${sepal_width}, ${petal_length}, ${petal_width}, '${species}')`;
  });
  return `CREATE TABLE flowers (id INT, sepal_length ${number}, sepal_width ${number}, petal_length ${number},
    petal_width ${number}, species VARCHAR(20)); INSERT INTO flowers VALUES ${rows.join(", ")};`;
}

function writeFlowerFiles(folder: string): void {
  const frame = pl.readCSV(csv);
  writeFileSync(join(folder, "flowers.csv"), csv);
  writeFileSync(join(folder, "flowers.ndjson"), frame.writeJSON({ format: "lines" }));
  writeFileSync(join(folder, "flowers.parquet"), frame.writeParquet());
  writeFileSync(join(folder, "flowers.arrow"), frame.writeIPC());
  const database = new DatabaseSync(join(folder, "flowers.db"));
  database.exec(flowersSql("REAL"));
  database.close();
}

/** What `.env` would hold. */
function environmentOf(name: string): Record<string, string> {
  const { postgres, mariadb, mongo, webUrl } = servers;
  return {
    DATABASE_URL: name === "readMysql" ? mariadb.url : postgres.url,
    MONGODB_URL: `${mongo.uri}shop`,
    DATA_SERVER: webUrl,
    DATA_TOKEN: "t0ken",
  };
}

function writeLoader(project: TestProject, name: string, body: string): void {
  const env = Object.entries(environmentOf(name)).map(([key, value]) => `${key}=${value}\n`);
  writeFileSync(join(project.path, ".env"), env.join(""));
  writeFileSync(
    join(project.path, "source/data/data_loader.ts"),
    `import { join } from "node:path";
import { ${name} } from "mlt";
export class DataLoader {
  loadData({ nRows }: { nRows?: number } = {}) {
    console.log(join("loaded", "by"), "${name}");
    ${body}
  }
}
`,
  );
}

function dataHash(project: TestProject): string {
  return JSON.parse(project.read("model_bin/model.json")).data_sha256;
}

const everyLoader = [
  "readArrow",
  "readCsv",
  "readMongodb",
  "readMysql",
  "readNdjson",
  "readParquet",
  "readPostgres",
  "readSqlite",
  "readUrl",
];

for (const runtime of ["binary", "deno"] as const) {
  testWith(
    runtime === "deno" ? [...tools, "deno"] : tools,
    `mlt train loads the same data by every loader of docs/data.md (${runtime})`,
    async () => {
      expect([...examples.keys()].sort()).toEqual(everyLoader);
      using project = await newProject("iris", runtime);
      succeeded(await project.mlt(["train"]));
      const expected = dataHash(project);
      writeFlowerFiles(join(project.path, "source/data"));
      for (const [name, body] of examples) {
        writeLoader(project, name, body);
        const { stderr, ...rest } = await project.mlt(["train"]);
        succeeded({ stderr, ...rest });
        expect(stderr).toContain(`loaded/by ${name}`);
        expect({ name, hash: dataHash(project) }).toEqual({ name, hash: expected });
      }
    },
    180 * seconds,
  );
}

testWith(
  tools,
  "mlt train names the server and the line of the loader, never the password, when the server does not answer",
  async () => {
    using project = await newProject("iris");
    writeLoader(project, "readPostgres", examples.get("readPostgres") ?? "");
    const url = servers.postgres.url.replace(/:\d+\/shop/, ":1/shop");
    writeFileSync(join(project.path, ".env"), `DATABASE_URL=${url}\n`);
    const { exitCode, stderr } = await project.mlt(["train"]);
    expect(exitCode).toBe(4);
    expect(stderr).toContain(
      'error: Cannot reach PostgreSQL at "127.0.0.1:1/shop": connect ECONNREFUSED 127.0.0.1:1\n  at source/data/data_loader.ts',
    );
    expect(stderr).not.toContain("s3cret");
  },
  60 * seconds,
);

testWith(
  tools,
  "mlt train tells a query that a server refuses from a server that cannot be reached",
  async () => {
    using project = await newProject("iris");
    for (const [name, message] of [
      ["readPostgres", 'relation "no_flowers" does not exist'],
      ["readMysql", "Table 'shop.no_flowers' doesn't exist"],
    ] as const) {
      writeLoader(project, name, (examples.get(name) ?? "").replace("FROM flowers", "FROM no_flowers"));
      const { exitCode, stderr } = await project.mlt(["train"]);
      expect(stderr).toContain(`refuses the query: ${message}\n`);
      expect(exitCode).toBe(3);
    }
  },
  60 * seconds,
);
