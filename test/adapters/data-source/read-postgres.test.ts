import { afterAll, beforeAll, expect, test } from "bun:test";
import { readPostgres } from "../../../adapters/data-source/read-postgres.ts";
import { checkDataSource, checkServerSource, everyTypeSql } from "../../contract/data-source.ts";
import { testAuthority } from "../../support/certificates.ts";
import { failure } from "../../support/failure.ts";
import { type PostgresServer, postgresServer, postgresTools } from "../../support/postgres-server.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { missingTool, testWith } from "../../support/tools.ts";

const dir = tempDir();
let server: PostgresServer | undefined;

beforeAll(async () => {
  if (postgresTools.some((tool) => missingTool(tool) !== undefined)) return;
  if (missingTool("openssl") === undefined) testAuthority(dir.path).issue("server");
  server = await postgresServer(dir.path, missingTool("openssl") === undefined ? "server" : undefined);
  await server.start();
  process.env["MLT_TEST_PASSWORD"] = server.password;
  server.sql(
    `${everyTypeSql("TIMESTAMP")} CREATE TABLE many AS SELECT i FROM generate_series(1, 100000) AS i;`,
  );
}, 60_000);

afterAll(async () => {
  delete process.env["MLT_TEST_PASSWORD"];
  await server?.kill();
  dir[Symbol.dispose]();
});

const running = () => {
  if (server === undefined) throw new Error("PostgreSQL does not run");
  return server;
};
const url = () => running().url;
const query = (text: string) => readPostgres({ url: url(), query: text });

checkDataSource("readPostgres", {
  tools: postgresTools,
  times: "datetime",
  absent: /refuses the query: relation "absent" does not exist/,
  source: () => ({
    load: (nRows) => readPostgres({ url: url(), table: "every_type", nRows }),
    loadNothing: () => query("SELECT * FROM every_type WHERE false"),
    loadAbsent: () => readPostgres({ url: url(), table: "absent" }),
    async loadFew(nRows) {
      const frame = await readPostgres({ url: url(), table: "public.many", nRows });
      return { frame, read: rowsRead("many") };
    },
  }),
});

/** PostgreSQL's own count, which comes with the end of the connection that read. */
function rowsRead(table: string): number {
  const count = `SELECT coalesce(sum(seq_tup_read), 0) FROM pg_stat_user_tables WHERE relname = '${table}'`;
  for (;;) {
    const read = Number(running().sql(count));
    if (read > 0) return read;
  }
}

checkServerSource("readPostgres", {
  tools: postgresTools,
  url,
  password: () => running().password,
  load: (given) => readPostgres({ url: given, table: "every_type" }),
  product: "PostgreSQL",
  hasLogin: true,
});

testWith(postgresTools, "readPostgres() gives times with a zone in UTC", async () => {
  const frame = await query("SELECT '2024-02-29 12:30:00+02'::timestamptz AS at");
  expect<unknown>(frame.getColumn("at").toArray()).toEqual([new Date("2024-02-29T10:30:00Z")]);
});

testWith(postgresTools, "readPostgres() reads decimals as numbers, and everything else as text", async () => {
  const frame = await query(
    `SELECT 12.50::numeric AS price, '{"a": [1, null]}'::jsonb AS attributes, '12:30'::time AS opens,
      'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid AS key, date '2024-02-29' AS day, 'NaN'::float8 AS none`,
  );
  expect<unknown>(frame.row(0)).toEqual([
    12.5,
    '{"a": [1, null]}',
    "12:30:00",
    "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
    new Date("2024-02-29"),
    Number.NaN,
  ]);
});

testWith(
  postgresTools,
  "readPostgres() refuses what no column of a frame can hold, by its name",
  async () => {
    const messageOf = async (text: string) => (await failure(() => query(text))).message;
    expect(await messageOf("SELECT 1 AS a, 'x'::bytea AS picture")).toBe(
      'Column "picture" holds bytes, which no model can read',
    );
    expect(await messageOf("SELECT 12345678901234567891::numeric AS key")).toBe(
      'Column "key" holds 12345678901234567891, which a 64-bit number would round',
    );
    expect(await messageOf("SELECT 'infinity'::timestamp AS at")).toBe(
      'Column "at" holds the time "infinity", which no data frame can hold',
    );
    expect(await messageOf("SELECT 1 AS a, 2 AS a")).toBe('The query returns two columns "a"');
  },
);

testWith(postgresTools, "readPostgres() can only read", async () => {
  const superuser = url().replace(/\/\/.*@/, "//postgres@");
  const error = await failure(() => readPostgres({ url: superuser, query: "DELETE FROM many RETURNING i" }));
  expect(error.message).toContain("cannot execute DELETE in a read-only transaction");
  expect(await failure(() => readPostgres({ url: superuser, query: "DELETE FROM many" }))).toHaveProperty(
    "message",
    "The query of readPostgres returns no columns",
  );
});

testWith(postgresTools, "readPostgres() wants a query or a table", async () => {
  expect((await failure(() => readPostgres({ url: url() }))).message).toBe(
    "readPostgres was given neither query nor table",
  );
});

testWith(postgresTools, "readPostgres() puts batches of rows together", async () => {
  const frame = await query("SELECT i, CASE WHEN i % 3 > 0 THEN i END AS some FROM many ORDER BY i");
  expect(frame.height).toBe(100_000);
  expect(frame.getColumn("i").sum()).toBe((100_000 * 100_001) / 2);
  expect(frame.getColumn("some").nullCount()).toBe(33_333);
});

testWith(
  [...postgresTools, "openssl"],
  "readPostgres() goes by sslmode, and trusts no unknown certificate",
  async () => {
    const select = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    const load = (mode: string) => readPostgres({ url: `${url()}?sslmode=${mode}`, query: select });
    expect((await load("disable")).getColumn("ssl").toArray()).toEqual([false]);
    expect((await load("require")).getColumn("ssl").toArray()).toEqual([true]);
    const error = await failure(() => load("verify-full"));
    expect(error.message).toMatch(
      /^Cannot reach PostgreSQL at "127\.0\.0\.1:\d+\/shop": .*(?:certificate|issuer)/,
    );
  },
);

test("readPostgres() knows no misspelt sslmode, nor option", async () => {
  const server = "postgres://reader@127.0.0.1/shop";
  const mode = await failure(() => readPostgres({ url: `${server}?sslmode=verify-ful`, table: "many" }));
  expect(mode.message).toBe('The connection string of readPostgres has the unknown sslmode "verify-ful"');
  const rows = await failure(() =>
    readPostgres(JSON.parse(`{ "url": "${server}", "table": "many", "nrows": 1 }`)),
  );
  expect(rows.message).toBe('readPostgres has no option "nrows"; did you mean "nRows"?');
});

testWith(postgresTools, "readPostgres() says so where the connection ends in the middle", async () => {
  const loading = failure(() => query("SELECT pg_sleep(60)"));
  const end =
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)' AND state = 'active'";
  // In turns with the load, which is on its way in this process.
  while (running().sql(`${end} AND pid <> pg_backend_pid()`) !== "1") await new Promise(setImmediate);
  const error = await loading;
  expect(error.message).toStartWith('Cannot reach PostgreSQL at "127.0.0.1:');
  expect(error.exitCode).toBe(4);
});
