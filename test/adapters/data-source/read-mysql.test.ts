import { afterAll, beforeAll, expect, test } from "bun:test";
import { readMysql } from "../../../adapters/data-source/read-mysql.ts";
import { checkDataSource, checkServerSource, everyTypeSql } from "../../contract/data-source.ts";
import { failure } from "../../support/failure.ts";
import { type MariadbServer, mariadbServer, mariadbTools } from "../../support/mariadb-server.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { missingTool, testWith } from "../../support/tools.ts";

const dir = tempDir();
let server: MariadbServer | undefined;

beforeAll(async () => {
  if (mariadbTools.some((tool) => missingTool(tool) !== undefined)) return;
  server = await mariadbServer(dir.path);
  await server.start();
  process.env["MLT_TEST_PASSWORD"] = server.password;
  server.sql(`${everyTypeSql("DATETIME(6)")} CREATE TABLE many AS SELECT seq AS i FROM seq_1_to_100000;`);
}, 60_000);

afterAll(async () => {
  delete process.env["MLT_TEST_PASSWORD"];
  await server?.kill();
  dir[Symbol.dispose]();
});

const running = () => {
  if (server === undefined) throw new Error("MariaDB does not run");
  return server;
};
const url = () => running().url;
const query = (text: string, nRows?: number) => readMysql({ url: url(), query: text, nRows });

checkDataSource("readMysql", {
  tools: mariadbTools,
  times: "datetime",
  absent: /refuses the query: Table 'shop.absent' doesn't exist/,
  source: () => ({
    load: (nRows) => readMysql({ url: url(), table: "every_type", nRows }),
    loadNothing: () => query("SELECT * FROM every_type WHERE false"),
    loadAbsent: () => readMysql({ url: url(), table: "absent" }),
    async loadFew(nRows) {
      // Asking counts as well.
      const asked = rowsRead();
      const before = rowsRead();
      const frame = await readMysql({ url: url(), table: "shop.many", nRows });
      return { frame, read: rowsRead() - before - (before - asked) };
    },
  }),
});

/** MariaDB's own count of rows that scans of tables have read. */
function rowsRead(): number {
  return Number(running().sql("SHOW GLOBAL STATUS LIKE 'Handler_read_rnd_next'").split("\t")[1]);
}

checkServerSource("readMysql", {
  tools: mariadbTools,
  url,
  password: () => running().password,
  load: (given) => readMysql({ url: given, table: "every_type" }),
  product: "MySQL",
  hasLogin: true,
});

testWith(mariadbTools, "readMysql() gives times with a zone in UTC", async () => {
  running().sql(
    "SET time_zone = '+02:00'; CREATE TABLE moments (at TIMESTAMP); INSERT INTO moments VALUES ('2024-02-29 12:30:00')",
  );
  const frame = await query("SELECT at FROM moments");
  expect<unknown>(frame.getColumn("at").toArray()).toEqual([new Date("2024-02-29T10:30:00Z")]);
});

testWith(mariadbTools, "readMysql() reads decimals as numbers, and everything else as text", async () => {
  running().sql(
    `CREATE TABLE kinds (price DECIMAL(8, 2), attributes JSON, opens TIME, size ENUM('s', 'l'), day DATE, made YEAR,
      seen BIGINT UNSIGNED, isNew BIT(1));
    INSERT INTO kinds VALUES (12.50, '{"a": [1, null]}', '12:30', 'l', '2024-02-29', 2024, 7, b'1')`,
  );
  const frame = await query("SELECT * FROM kinds");
  expect<unknown>(frame.row(0)).toEqual([
    12.5,
    '{"a": [1, null]}',
    "12:30:00",
    "l",
    new Date("2024-02-29"),
    2024,
    7,
    true,
  ]);
});

testWith(mariadbTools, "readMysql() refuses what no column of a frame can hold, by its name", async () => {
  const messageOf = async (text: string) => (await failure(() => query(text))).message;
  expect(await messageOf("SELECT 1 AS a, CAST('x' AS BINARY) AS picture")).toBe(
    'Column "picture" holds bytes, which no model can read',
  );
  expect(await messageOf("SELECT POINT(1, 2) AS place")).toBe(
    'Column "place" holds bytes, which no model can read',
  );
  expect(await messageOf("SELECT CAST(18446744073709551615 AS UNSIGNED) AS key_")).toBe(
    'Column "key_" holds 18446744073709551615, which is no signed integer of 64 bits',
  );
  running().sql(
    "CREATE TABLE odd (at DATETIME, grade TINYINT(1)); SET sql_mode = ''; INSERT INTO odd VALUES ('0000-00-00', 4)",
  );
  expect(await messageOf("SELECT at FROM odd")).toBe(
    'Column "at" holds the time "0000-00-00 00:00:00", which no data frame can hold',
  );
  expect(await messageOf("SELECT grade FROM odd")).toBe(
    'Column "grade" is declared as a boolean, and holds 4',
  );
  expect((await query("SELECT grade + 0 AS grade FROM odd")).getColumn("grade").toArray()).toEqual([4]);
});

testWith(mariadbTools, "readMysql() stops at nRows where the query has a larger LIMIT", async () => {
  const frame = await query("SELECT i FROM many ORDER BY i LIMIT 50000", 3);
  expect(frame.getColumn("i").toArray()).toEqual([1, 2, 3]);
});

testWith(mariadbTools, "readMysql() can only read", async () => {
  const superuser = url().replace(/\/\/.*@/, "//root@");
  const error = await failure(() => readMysql({ url: superuser, query: "DELETE FROM many" }));
  expect(error.message).toContain("Cannot execute statement in a READ ONLY transaction");
});

testWith(mariadbTools, "readMysql() knows the ways of ssl-mode, and no others", async () => {
  const error = await failure(() => readMysql({ url: `${url()}?ssl-mode=SOMETIMES`, table: "many" }));
  expect(error.message).toBe('The connection string of readMysql has the unknown ssl-mode "SOMETIMES"');
  const refused = await failure(() => readMysql({ url: `${url()}?ssl-mode=REQUIRED`, table: "many" }));
  expect(refused.message).toContain("Server does not support secure connection");
});

testWith(mariadbTools, "readMysql() says so where the connection ends in the middle", async () => {
  const loading = failure(() => query("SELECT SLEEP(60)"));
  const find = "SELECT id FROM information_schema.processlist WHERE info = 'SELECT SLEEP(60)'";
  let id = "";
  // In turns with the load, which is on its way in this process.
  for (; id === ""; id = running().sql(find)) await new Promise(setImmediate);
  running().sql(`KILL CONNECTION ${id}`);
  const error = await loading;
  expect(error.message).toMatch(/^Cannot reach MySQL at ".*": /);
  expect(error.exitCode).toBe(4);
});

test("readMysql() takes no misspelt ssl-mode for none, and a user as it is written", async () => {
  const url = "mysql://reader@127.0.0.1:1/shop?sslmode=REQUIRED";
  expect((await failure(() => readMysql({ url, table: "t" }))).message).toBe(
    'The connection string of readMysql has the unknown parameter "sslmode"; did you mean "ssl-mode"?',
  );
  const percent = await failure(() => readMysql({ url: "mysql://100%zz@127.0.0.1:1/shop", table: "t" }));
  expect(percent.message).toStartWith('Cannot reach MySQL at "127.0.0.1:1/shop": ');
});
