import { afterAll, beforeAll, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { readSqlite } from "../../../adapters/data-source/read-sqlite.ts";
import { checkDataSource, everyTypeSql } from "../../contract/data-source.ts";
import { failure } from "../../support/failure.ts";
import { tempDir } from "../../support/temp-dir.ts";

const dir = tempDir();
const path = join(dir.path, "shop.db");
const query = (text: string, nRows?: number) => readSqlite(path, { query: text, nRows });

beforeAll(() => {
  const database = new DatabaseSync(path);
  database.exec(everyTypeSql("TEXT"));
  database.exec(
    "CREATE TABLE mixed (a, b BLOB); INSERT INTO mixed VALUES (1, x'00'), (2.5, NULL), ('x', NULL)",
  );
  database.close();
});

afterAll(() => dir[Symbol.dispose]());

checkDataSource("readSqlite", {
  tools: [],
  times: "text",
  absent: /refuses the query: no such table: absent/,
  source: () => ({
    load: (nRows) => readSqlite(path, { table: "every_type", nRows }),
    loadNothing: () => query("SELECT * FROM every_type WHERE false"),
    loadAbsent: () => readSqlite(path, { table: "absent" }),
    // Without an end.
    loadFew: async (nRows) => ({
      frame: await query(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n",
        nRows,
      ),
    }),
  }),
});

test("readSqlite() makes numbers of a column with integers and fractions, over batches too", async () => {
  const frame = await query(
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT CASE i WHEN 19999 THEN 0.5 ELSE i END AS x FROM n",
  );
  expect(String(frame.dtypes)).toBe("DataType(Float64)");
  // 1 + … + 20000, with 0.5 in the place of 19999.
  expect(frame.getColumn("x").sum()).toBe((20_000 * 20_001) / 2 - 19_999 + 0.5);
});

test("readSqlite() refuses a column of several kinds, and one of bytes", async () => {
  expect(await failure(() => query("SELECT a FROM mixed"))).toHaveProperty(
    "message",
    'Column "a" holds numbers, and text in row 3',
  );
  expect(await failure(() => query("SELECT b FROM mixed"))).toHaveProperty(
    "message",
    'Column "b" holds bytes, which no model can read',
  );
  expect(await failure(() => query("SELECT 9007199254740993 AS c UNION ALL SELECT 0.5"))).toHaveProperty(
    "message",
    'Column "c" holds 9007199254740993, which a 64-bit number would round',
  );
});

test("readSqlite() gives a column without a value the type that was declared", async () => {
  const frame = await query("SELECT * FROM every_type WHERE id IS NULL");
  expect(frame.dtypes.map(String)).toEqual(
    ["Int64", "Float64", "Bool", "String", "String"].map((name) => `DataType(${name})`),
  );
});

test("readSqlite() can only read, and names what is no SQLite file", async () => {
  expect((await failure(() => query("DELETE FROM mixed"))).message).toBe(
    "The query of readSqlite returns no columns",
  );
  for (const nothing of ["", " ", "-- nothing", "/* nothing */ -- else\n"]) {
    expect((await failure(() => query(nothing))).message).toBe("The query of readSqlite returns no columns");
  }
  const absent = join(dir.path, "absent.db");
  expect((await failure(() => readSqlite(absent, { table: "t" }))).message).toBe(
    `There is no SQLite file "${absent}"`,
  );
  const other = join(dir.path, "other.db");
  writeFileSync(other, "text, and no database at all".repeat(100));
  expect((await failure(() => readSqlite(other, { table: "t" }))).message).toEndWith(
    "file is not a database",
  );
});
